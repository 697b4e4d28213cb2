"""How many columns a file takes that leaves them open: found by trying."""

from typing import Any

import numpy as np

_WIDTHS = (*range(1, 129), 192, 256, 384, 512, 768, 784, 1024)
_OPEN = -1


def find_width(interpreter_class: Any, location: str) -> int | None:  # noqa: ANN401 (untyped)
    """The only width of rows with which the graph runs.

    A layer inside, such as a normalization or a dense one, fixes the width that the input leaves
    open; with any other the graph cannot be set up, or fails. A row of one column may be
    stretched to fit, so 1 counts only where nothing else runs.

    Args:
        interpreter_class: LiteRT's.
        location: the file.

    Returns:
        None where the model has not one input (batch, ?), or more than one width of those tried
        runs.
    """
    interpreter = interpreter_class(model_path=location)
    inputs = interpreter.get_input_details()
    if len(inputs) != 1:
        return None
    sizes = [int(size) for size in inputs[0]["shape_signature"]]
    if len(sizes) != len(("batch", "columns")) or sizes[1] != _OPEN:
        return None
    wider: list[int] = []
    for width in _WIDTHS[1:]:
        if _runs(interpreter_class, location, width):
            wider.append(width)
        if len(wider) > 1:
            return None
    if wider:
        return wider[0]
    return 1 if _runs(interpreter_class, location, 1) else None


def _runs(interpreter_class: Any, location: str, width: int) -> bool:  # noqa: ANN401 (untyped)
    # a fresh one each time: after a failure an interpreter cannot be set to another size
    interpreter = interpreter_class(model_path=location)
    detail = interpreter.get_input_details()[0]
    try:
        interpreter.resize_tensor_input(detail["index"], (1, width))
        interpreter.allocate_tensors()
        interpreter.set_tensor(detail["index"], np.zeros((1, width), dtype=detail["dtype"]))
        interpreter.invoke()
    except (RuntimeError, ValueError):
        return False
    return True

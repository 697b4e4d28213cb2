"""What a LiteRT file says of itself: tensors, class names, and a rescaling of its input."""

import zipfile
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from modelkin.records import TensorSpec

_TRANSPARENT = frozenset({"QUANTIZE", "DEQUANTIZE", "CAST", "RESHAPE", "PAD"})
_LARGEST_STEP = 1 / 20
_MOST_LABEL_BYTES = 1_000_000


def tensor_spec(detail: Mapping[str, Any]) -> TensorSpec:
    """Read an input or output tensor's details, open sizes and quantization included."""
    sizes = detail["shape_signature"] if len(detail["shape_signature"]) else detail["shape"]
    dtype = np.dtype(detail["dtype"])
    scale, zero_point = detail["quantization"]
    quantized = bool(scale) and np.issubdtype(dtype, np.integer)
    return TensorSpec(
        name=str(detail["name"]),
        shape=tuple(int(size) if size > 0 else None for size in sizes),
        dtype=dtype.name,
        scale=float(scale) if quantized else None,
        zero_point=int(zero_point) if quantized else None,
    )


def class_names(location: str, sizes: Collection[int]) -> tuple[str, ...]:
    """Read the class names from the label file that metadata tools append to a model.

    Args:
        location: the model file.
        sizes: how many names can be right: the sizes of the outputs' last axes.
    """
    try:
        with zipfile.ZipFile(location) as archive:
            for member in archive.infolist():
                if not member.filename.endswith(".txt") or member.file_size > _MOST_LABEL_BYTES:
                    continue
                lines = archive.read(member).decode("utf-8", errors="replace").splitlines()
                names = tuple(line.strip() for line in lines if line.strip())
                if len(names) in sizes:
                    return names
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError):
        return ()
    return ()


def begins_by_rescaling(
    operators: Sequence[Mapping[str, Any]], input_index: int, constants: Mapping[int, Any]
) -> bool:
    """Tell if the first operators shrink their input so much that it must be raw 0..255 values.

    Follows the input through MUL, DIV, ADD and SUB with constants. A step of 1/20 or less for
    1 (1/255, 1/127.5, 1/58 for ImageNet's deviations) makes sense only for pixel values; a larger
    one, such as 1/0.229 or a folded batch norm, for values that are small already.

    Args:
        operators: the graph's operators in order, with op_name, inputs and outputs.
        input_index: the input tensor.
        constants: values of the tensors that are constant.
    """
    current, step, rescaled = input_index, 1.0, False
    for operator in operators:
        inputs = [int(index) for index in operator["inputs"]]
        if current not in inputs:
            continue
        kind = str(operator["op_name"])
        others = [constants[index] for index in inputs if index != current and index in constants]
        if kind in {"MUL", "DIV", "ADD", "SUB"}:
            if len(others) != 1:
                break
            size = float(np.abs(np.asarray(others[0], dtype=np.float64)).max(initial=0.0))
            if kind == "MUL":
                step *= size
            elif kind == "DIV":
                step /= size or 1.0
            rescaled = True
        elif kind not in _TRANSPARENT:
            break
        current = int(operator["outputs"][0])
    return rescaled and 0.0 < step <= _LARGEST_STEP

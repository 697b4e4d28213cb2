"""Writing a trained net as ONNX."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnx
import torch
from torch import nn

_OPSET = 17
INPUT, OUTPUT = "image", "logits"


def write_onnx(net: nn.Module, path: Path, shape: tuple[int, ...]) -> None:
    """Write a net; the file appears only when complete.

    Args:
        net: takes (n, 3, height, width) or (n, columns) and gives (n, classes) logits.
        path: the ONNX file.
        shape: of one query: (height, width, 3) or (columns,).
    """
    sizes = (shape[2], *shape[:2]) if len(shape) > 1 else shape
    part = path.with_name(f"{path.name}.part")
    with quiet():
        torch.onnx.export(
            net.eval().to(memory_format=torch.contiguous_format),
            (torch.zeros(1, *sizes),),
            str(part),
            dynamo=False,  # the older exporter is twenty times faster and needs no further package
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_axes={INPUT: {0: "n"}, OUTPUT: {0: "n"}},
            opset_version=_OPSET,
        )
    model = onnx.load(part)
    while any(node.op_type == "Identity" for node in model.graph.node):
        _drop_identities(model.graph)
    onnx.save(model, part)
    part.replace(path)


@contextmanager
def quiet() -> Iterator[None]:
    """Exporter and quantizer advise on every file; what matters is measured afterwards."""
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            root.setLevel(level)


def _drop_identities(graph: onnx.GraphProto) -> None:
    """The exporter shares equal biases through Identity nodes, which the quantizer stumbles on."""
    stored = {tensor.name: tensor for tensor in graph.initializer}
    for node in [node for node in graph.node if node.op_type == "Identity"]:
        copied = onnx.TensorProto()
        copied.CopyFrom(stored[node.input[0]])
        copied.name = node.output[0]
        graph.initializer.append(copied)
        stored[copied.name] = copied
        graph.node.remove(node)

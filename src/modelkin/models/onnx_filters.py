"""The first convolution of an ONNX file, which tells the value range it was trained on."""

import importlib
from typing import Any

import numpy as np

from modelkin.records import FloatArray

_SMALL = frozenset({"Mul", "Add", "Sub", "Div", "Cast", "Pad", "Transpose", "Identity"})
_BIAS = 2
_RANK = 4


def read_first_convolution(location: str) -> tuple[FloatArray, FloatArray] | None:
    """Kernel (out, height, width, in) and bias (out,), or None.

    ONNX Runtime does not show weights, so this needs the package ``onnx`` (extra ``onnx``);
    without it nothing is read.
    """
    try:
        onnx = importlib.import_module("onnx")
        graph = onnx.load(location, load_external_data=False).graph
        weights = {tensor.name: tensor for tensor in graph.initializer}
        current = next(node.name for node in graph.input if node.name not in weights)
        for node in graph.node:
            if current not in node.input:
                continue
            if node.op_type == "Conv":
                return _filters(node, weights, onnx.numpy_helper.to_array)
            if node.op_type not in _SMALL:
                return None
            current = node.output[0]
    except Exception:  # noqa: BLE001 (evidence is optional; a hostile file must not stop the run)
        return None
    return None


def _filters(
    node: Any,  # noqa: ANN401 (untyped)
    weights: dict[str, Any],
    to_array: Any,  # noqa: ANN401 (untyped)
) -> tuple[FloatArray, FloatArray] | None:
    kernel = np.asarray(to_array(weights[node.input[1]]), dtype=np.float64)
    if kernel.ndim != _RANK:
        return None
    has_bias = len(node.input) > _BIAS
    bias = to_array(weights[node.input[_BIAS]]) if has_bias else np.zeros(len(kernel))
    return kernel.transpose(0, 2, 3, 1), np.asarray(bias, dtype=np.float64)

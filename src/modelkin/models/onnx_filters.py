"""The first convolution of an ONNX file, which tells the value range it was trained on."""

import importlib
from typing import Any

import numpy as np

from modelkin.models.affine import IDENTITY
from modelkin.records import FloatArray

_ARITHMETIC = frozenset({"Mul", "Add", "Sub", "Div"})
_TRANSPARENT = frozenset({"Cast", "Pad", "Transpose", "Identity"})
_BIAS = 2
_RANK = 4


def read_first_convolution(location: str) -> tuple[FloatArray, FloatArray] | None:
    """Kernel (out, height, width, in) and bias (out,) as they act on the input, or None.

    ONNX Runtime does not show weights, so this needs the package ``onnx`` (extra ``onnx``);
    without it nothing is read.
    """
    try:
        onnx = importlib.import_module("onnx")
        graph = onnx.load(location, load_external_data=False).graph
        weights = {tensor.name: tensor for tensor in graph.initializer}
        weights |= {
            node.output[0]: node.attribute[0].t for node in graph.node if node.op_type == "Constant"
        }
        current = next(node.name for node in graph.input if node.name not in weights)
        to_array, chain = onnx.numpy_helper.to_array, IDENTITY
        for node in graph.node:
            if current not in node.input:
                continue
            if node.op_type == "Conv":
                found = _filters(node, weights, to_array)
                return chain.into(*found) if found else None
            if node.op_type in _ARITHMETIC:
                place = list(node.input).index(current)
                constant = to_array(weights[node.input[1 - place]])
                kind = node.op_type.upper()
                chain = chain.then(kind, constant, constant_first=place == 1)
            elif node.op_type not in _TRANSPARENT:
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

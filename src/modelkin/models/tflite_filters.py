"""The first convolution of a LiteRT file, which tells the value range it was trained on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from modelkin.models.affine import IDENTITY
from modelkin.records import FloatArray

_CONVOLUTION = "CONV_2D"
_ARITHMETIC = frozenset({"MUL", "ADD", "SUB", "DIV"})
_TRANSPARENT = frozenset({"QUANTIZE", "DEQUANTIZE", "PAD", "CAST"})
_BIAS = 2


def read_first_convolution(interpreter: Any) -> tuple[FloatArray, FloatArray] | None:  # noqa: ANN401
    """Kernel (out, height, width, in) and bias (out,) as they act on the input, or None.

    Args:
        interpreter: of LiteRT, tensors allocated. Its list of operators is not public; when it is
            absent or of another form, nothing is read.
    """
    try:
        operators = interpreter._get_ops_details()  # noqa: SLF001
        details = {int(t["index"]): t for t in interpreter.get_tensor_details()}
        current = int(interpreter.get_input_details()[0]["index"])
        made_by = {int(index): op for op in operators for index in op["outputs"]}
        chain = IDENTITY
        for operator in operators:
            inputs = [int(index) for index in operator["inputs"]]
            if current not in inputs:
                continue
            if operator["op_name"] == _CONVOLUTION:
                kernel = _constant(interpreter, inputs[1], made_by, details)
                has_bias = len(inputs) > _BIAS and inputs[_BIAS] >= 0
                bias = _constant(interpreter, inputs[_BIAS], made_by, details) if has_bias else None
                return chain.into(kernel, np.zeros(len(kernel)) if bias is None else bias)
            if operator["op_name"] in _ARITHMETIC:
                place = inputs.index(current)
                constant = _constant(interpreter, inputs[1 - place], made_by, details)
                chain = chain.then(operator["op_name"], constant, constant_first=place == 1)
            elif operator["op_name"] not in _TRANSPARENT:
                return None
            current = int(operator["outputs"][0])
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, RuntimeError):
        return None
    return None


def _constant(
    interpreter: Any,  # noqa: ANN401 (untyped)
    index: int,
    made_by: Mapping[int, Any],
    details: Mapping[int, Any],
) -> FloatArray:
    """A constant tensor as reals; float16 weights stand behind a DEQUANTIZE."""
    if index in made_by:
        if made_by[index]["op_name"] != "DEQUANTIZE":
            raise ValueError("not a constant")
        index = int(made_by[index]["inputs"][0])
    stored = interpreter.get_tensor(index)
    quantization = details[index]["quantization_parameters"]
    scales = np.asarray(quantization["scales"], dtype=np.float64)
    if stored.dtype.kind not in "iu" or not len(scales):
        return np.asarray(stored, dtype=np.float64)
    zeros = np.asarray(quantization["zero_points"], dtype=np.float64)
    shape = [1] * stored.ndim
    if len(scales) > 1:
        shape[int(quantization["quantized_dimension"])] = -1
    reals = (stored.astype(np.float64) - zeros.reshape(shape)) * scales.reshape(shape)
    return np.asarray(reals, dtype=np.float64)

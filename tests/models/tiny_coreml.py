"""A Core ML file written by hand: a linear regressor of four numbers and two answers.

Field numbers are those of https://github.com/apple/coremltools, mlmodel/format; the file that
coremltools 9.0 writes for the same model is byte for byte the same.
"""

import struct
from pathlib import Path

from tests.models.tiny_onnx import _bytes, _number

_DOUBLE = 65600
_WEIGHTS = ((0.0, -1.0, 2.0, 0.25), (0.5, -1.0, 2.0, 0.25))
_OFFSET = (0.1, 0.2)
_INPUT, _OUTPUT, _REGRESSOR = 1, 10, 300


def _feature(name: str, size: int) -> bytes:
    array = _bytes(1, bytes([size])) + _number(2, _DOUBLE)
    return _bytes(1, name) + _bytes(3, _bytes(5, array))


def _doubles(values: tuple[float, ...]) -> bytes:
    return struct.pack(f"<{len(values)}d", *values)


def write_linear(path: Path) -> Path:
    """Write the model."""
    description = _bytes(_INPUT, _feature("rows", 4)) + _bytes(_OUTPUT, _feature("score", 2))
    weights = b"".join(_bytes(1, _bytes(1, _doubles(row))) for row in _WEIGHTS)
    regressor = weights + _bytes(2, _doubles(_OFFSET))
    path.write_bytes(_number(1, 1) + _bytes(2, description) + _bytes(_REGRESSOR, regressor))
    return path

"""Weights of ONNX files."""

from collections.abc import Iterator
from math import prod

import numpy as np

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields
from modelkin.apps.weights.tensor import Stored

_TYPES = {
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8",
    12: "<u4", 13: "<u8",
}  # fmt: skip
_GRAPH, _INITIALIZER = 7, 5
_DIMENSIONS, _TYPE, _FLOATS, _RAW = 1, 2, 4, 9
_FLOAT = 1


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The initializers that lie in the file itself, in its order.

    Raises:
        ValueError: the file is damaged.
    """
    for graph in fields(buffer):
        if (graph.number, graph.wire) != (_GRAPH, LENGTH):
            continue
        for one in fields(buffer, graph.start, graph.end):
            if (one.number, one.wire) == (_INITIALIZER, LENGTH):
                found = _tensor(buffer, one)
                if found is not None:
                    yield found


def _tensor(buffer: memoryview, outer: Field) -> Stored | None:
    shape: list[int] = []
    kind, content = 0, buffer[:0]
    for one in fields(buffer, outer.start, outer.end):
        if one.number == _DIMENSIONS:
            shape += [one.value] if one.wire == VARINT else _packed(buffer, one)
        elif one.number == _TYPE:
            kind = one.value
        elif one.wire == LENGTH and one.number in {_RAW, _FLOATS}:
            content = buffer[one.start : one.end]
    dtype = _TYPES.get(kind)
    if not len(content):
        return None
    if dtype and prod(shape) * np.dtype(dtype).itemsize == len(content):
        return Stored(tuple(shape), content, np.frombuffer(content, dtype=dtype))
    return Stored(tuple(shape), content, None)


def _packed(buffer: memoryview, outer: Field) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in bytes(buffer[outer.start : outer.end]):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004 (the bit that says that more follows)
            found.append(value)
            value, shift = 0, 0
    return found

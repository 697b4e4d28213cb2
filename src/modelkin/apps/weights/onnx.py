"""Weights of ONNX files."""

import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields, packed, text
from modelkin.apps.weights.raw import BFLOAT16, part, stored
from modelkin.apps.weights.tensor import Stored

TYPES = {
    1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8",
    12: "<u4", 13: "<u8", 16: BFLOAT16,
}  # fmt: skip
_GRAPH, _NODE, _INITIALIZER = 7, 1, 5
_OPERATOR, _ATTRIBUTE, _TENSOR = 4, 5, 5
_DIMENSIONS, _TYPE, _FLOATS, _RAW, _DOUBLES, _OUTSIDE = 1, 2, 4, 9, 10, 13
_MOST_FILES = 100


@dataclass(frozen=True)
class _Tensor:
    """What a ``TensorProto`` states; ``outside`` of data in another file."""

    shape: tuple[int, ...]
    type: int
    content: memoryview
    outside: Mapping[str, str]


def tensors(buffer: memoryview, parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    """The initializers and constants, in the file's order.

    Args:
        buffer: the file.
        parts: files that hold data for it, by our names of them.

    Raises:
        ValueError: the file is damaged, or holds no data itself and its data is not beside it.
    """
    names: list[str] = []
    for one in _read(buffer):
        content = one.content
        if one.outside:
            location = one.outside.get("location", "")
            if location not in names:
                names.append(location)
            held = parts.get(_ours(names.index(location)))
            if held is None:
                raise ValueError("a file with its weights is not beside it")
            start = int(one.outside.get("offset", "0"))
            size = int(one.outside.get("length", str(len(held) - start)))
            content = part(held, start, size)
        if len(content):
            yield stored(one.shape, content, TYPES.get(one.type))


def outside(path: Path) -> dict[str, str]:
    """Files that a model says its data lies in: our name to that name, which is not trusted."""
    if not path.stat().st_size:
        return {}
    with path.open("rb") as file:
        held = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    names: list[str] = []
    try:
        for one in _read(held):
            location = one.outside.get("location", "")
            if location and location not in names and len(names) < _MOST_FILES:
                names.append(location)
    except ValueError:
        return {}  # said when its weights are read
    return {_ours(number): name for number, name in enumerate(names)}


def _ours(number: int) -> str:
    return f"external-{number}"


def _read(buffer: memoryview) -> Iterator[_Tensor]:
    for graph in fields(buffer):
        if (graph.number, graph.wire) != (_GRAPH, LENGTH):
            continue
        for one in fields(buffer, graph.start, graph.end):
            if (one.number, one.wire) == (_INITIALIZER, LENGTH):
                yield _tensor(buffer, one)
            elif (one.number, one.wire) == (_NODE, LENGTH):
                yield from _constant(buffer, one)


def _constant(buffer: memoryview, node: Field) -> Iterator[_Tensor]:
    held = list(fields(buffer, node.start, node.end))
    operators = [one for one in held if (one.number, one.wire) == (_OPERATOR, LENGTH)]
    if [bytes(buffer[one.start : one.end]) for one in operators] != [b"Constant"]:
        return
    for attribute in held:
        if (attribute.number, attribute.wire) == (_ATTRIBUTE, LENGTH):
            for one in fields(buffer, attribute.start, attribute.end):
                if (one.number, one.wire) == (_TENSOR, LENGTH):
                    yield _tensor(buffer, one)


def _tensor(buffer: memoryview, outer: Field) -> _Tensor:
    shape: list[int] = []
    away: dict[str, str] = {}
    kind, content = 0, buffer[:0]
    for one in fields(buffer, outer.start, outer.end):
        if one.number == _DIMENSIONS:
            shape += packed(buffer, one)
        elif (one.number, one.wire) == (_TYPE, VARINT):
            kind = one.value
        elif one.wire == LENGTH and one.number in {_RAW, _FLOATS, _DOUBLES}:
            content = buffer[one.start : one.end]
        elif one.wire == LENGTH and one.number == _OUTSIDE:
            pair = {field.number: field for field in fields(buffer, one.start, one.end)}
            if {1, 2} <= pair.keys():
                away[text(buffer, pair[1])] = text(buffer, pair[2])
    return _Tensor(tuple(shape), kind, content, away)

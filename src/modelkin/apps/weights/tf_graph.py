"""Constants of TensorFlow graphs: frozen ones, and those within a SavedModel."""

from collections.abc import Iterator

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields, integers
from modelkin.apps.weights.raw import BFLOAT16, stored
from modelkin.apps.weights.tensor import Stored

TYPES = {
    1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 11: "i1", 12: "u1",
    14: BFLOAT16, 19: "<f2",
}  # fmt: skip
_NODE, _LIBRARY, _FUNCTION, _BODY = 1, 2, 1, 3
_OPERATOR, _ATTRIBUTE = 2, 5
_KEY, _VALUE, _TENSOR = 1, 2, 8
_TYPE, _SHAPE, _CONTENT, _FLOATS, _DOUBLES = 1, 2, 4, 5, 6


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The constants of a frozen graph and of its functions, in the file's order.

    Raises:
        ValueError: the file is damaged.
    """
    yield from graph_tensors(buffer, 0, len(buffer))


def graph_tensors(buffer: memoryview, start: int, end: int) -> Iterator[Stored]:
    """The same of a ``GraphDef`` that lies in a larger message."""
    for one in fields(buffer, start, end):
        if (one.number, one.wire) == (_NODE, LENGTH):
            yield from _constant(buffer, one)
        elif (one.number, one.wire) == (_LIBRARY, LENGTH):
            for function in fields(buffer, one.start, one.end):
                if (function.number, function.wire) != (_FUNCTION, LENGTH):
                    continue
                for node in fields(buffer, function.start, function.end):
                    if (node.number, node.wire) == (_BODY, LENGTH):
                        yield from _constant(buffer, node)


def read_shape(buffer: memoryview, outer: Field) -> tuple[int, ...]:
    """A ``TensorShapeProto``."""
    found: list[int] = []
    for one in fields(buffer, outer.start, outer.end):
        if (one.number, one.wire) == (2, LENGTH):
            sizes = [
                inner.value
                for inner in fields(buffer, one.start, one.end)
                if (inner.number, inner.wire) == (1, VARINT)
            ]
            found += integers(sizes[:1]) or [0]
    return tuple(found)


def _constant(buffer: memoryview, node: Field) -> Iterator[Stored]:
    constant, held = False, None
    for one in fields(buffer, node.start, node.end):
        if one.wire != LENGTH:
            continue
        if one.number == _OPERATOR:
            constant = bytes(buffer[one.start : one.end]) == b"Const"
        elif one.number == _ATTRIBUTE and constant:
            pair = {field.number: field for field in fields(buffer, one.start, one.end)}
            key, value = pair.get(_KEY), pair.get(_VALUE)
            if key and value and bytes(buffer[key.start : key.end]) == b"value":
                held = value
    if held is None:
        return
    for one in fields(buffer, held.start, held.end):
        if (one.number, one.wire) == (_TENSOR, LENGTH):
            yield _tensor(buffer, one)


def _tensor(buffer: memoryview, outer: Field) -> Stored:
    kind, shape, content = 0, (), buffer[:0]
    for one in fields(buffer, outer.start, outer.end):
        if (one.number, one.wire) == (_TYPE, VARINT):
            kind = one.value
        elif (one.number, one.wire) == (_SHAPE, LENGTH):
            shape = read_shape(buffer, one)  # type: ignore[assignment] # any number of sizes
        elif one.wire == LENGTH and one.number in {_CONTENT, _FLOATS, _DOUBLES}:
            content = buffer[one.start : one.end]
    return stored(shape, content, TYPES.get(kind))

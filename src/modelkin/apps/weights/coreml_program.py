"""Weights of Core ML programs: a message or a text names blobs in ``weight.bin``."""

import re
import struct
from collections.abc import Iterator, Mapping

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields
from modelkin.apps.weights.raw import BFLOAT16, part, stored
from modelkin.apps.weights.tensor import Stored

BLOBS = "weights/weight.bin"
_SENTINEL = 0xDEADBEEF
_HEAD = "<IIQQ"
_FORMS = {1: "<f2", 2: "<f4", 3: "u1", 4: "i1", 5: BFLOAT16, 6: "<i2", 7: "<u2"}
_DEEPEST = 16
_LONGEST_TEXT = 1 << 28
# tensor<fp16, [64, 3, 3, 3]>(BLOBFILE(path = ..., offset = tensor<uint64, []>(64))), and newer
# programs write string("...") and uint64(64)
_TEXT = re.compile(
    rb"tensor<[a-z0-9]{1,12}, ?\[([0-9, ]{0,200})\]>\(BLOBFILE\(path = [^\n]{0,400}?offset = "
    rb"(?:tensor<uint64, ?\[\]>|uint64)\(([0-9]{1,19})\)"
)


def tensors(
    buffer: memoryview, program: Field, parts: Mapping[str, memoryview]
) -> Iterator[Stored]:
    """The blobs of all constants, in the program's order.

    Raises:
        ValueError: it is damaged, or its weights are not beside it.
    """
    for function in _entries(buffer, program, 2):
        for block in _entries(buffer, function, 3):
            yield from _block(buffer, block, parts, 0)


def compiled_tensors(buffer: memoryview, parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    """The same of a compiled program, which is a text.

    Raises:
        ValueError: its weights are not beside it, or it is of the older kind, whose weights have
            no public definition.
    """
    if "model.espresso.weights" in parts or bytes(buffer[:1]) == b"{":
        raise ValueError("weights of Espresso, the older compiled form, have no public definition")
    if len(buffer) > _LONGEST_TEXT:
        raise ValueError("the program is too long")
    for one in _TEXT.finditer(buffer):
        shape = tuple(int(size) for size in one[1].split(b",") if size.strip())
        yield _blob(parts, int(one[2]), shape)


def _entries(buffer: memoryview, outer: Field, number: int) -> Iterator[Field]:
    """Values of a map, or single messages of a list."""
    for entry in fields(buffer, outer.start, outer.end):
        if (entry.number, entry.wire) == (number, LENGTH):
            for one in fields(buffer, entry.start, entry.end):
                if (one.number, one.wire) == (2, LENGTH):
                    yield one


def _block(
    buffer: memoryview, block: Field, parts: Mapping[str, memoryview], depth: int
) -> Iterator[Stored]:
    if depth > _DEEPEST:
        raise ValueError("blocks are nested too deep")
    for operation in fields(buffer, block.start, block.end):
        if (operation.number, operation.wire) != (3, LENGTH):
            continue
        for value in _entries(buffer, operation, 5):
            yield from _value(buffer, value, parts)
        for inner in fields(buffer, operation.start, operation.end):
            if (inner.number, inner.wire) == (4, LENGTH):
                yield from _block(buffer, inner, parts, depth + 1)


def _value(buffer: memoryview, value: Field, parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    shape: tuple[int, ...] = ()
    for one in fields(buffer, value.start, value.end):
        if (one.number, one.wire) == (2, LENGTH):
            shape = _shape(buffer, one)
        elif (one.number, one.wire) == (5, LENGTH):
            place = [
                held.value
                for held in fields(buffer, one.start, one.end)
                if (held.number, held.wire) == (2, VARINT)
            ]
            yield _blob(parts, place[0] if place else 0, shape)


def _shape(buffer: memoryview, outer: Field) -> tuple[int, ...]:
    """Of a tensor type: dimensions, each a message around a message around a size."""
    found: list[int] = []
    for kind in fields(buffer, outer.start, outer.end):
        if (kind.number, kind.wire) != (1, LENGTH):
            continue
        for one in fields(buffer, kind.start, kind.end):
            if (one.number, one.wire) != (3, LENGTH):
                continue
            for size in fields(buffer, one.start, one.end):
                inner = fields(buffer, size.start, size.end) if size.wire == LENGTH else ()
                found += [held.value for held in inner if (held.number, held.wire) == (1, VARINT)]
    return tuple(found)


def _blob(parts: Mapping[str, memoryview], place: int, shape: tuple[int, ...]) -> Stored:
    if BLOBS not in parts:
        raise ValueError("the file with its weights is not beside it")
    held = parts[BLOBS]
    head = part(held, place, struct.calcsize(_HEAD))
    sentinel, kind, size, start = struct.unpack(_HEAD, head)
    if sentinel != _SENTINEL:
        raise ValueError("no tensor lies where the program says")
    return stored(shape, part(held, start, size), _FORMS.get(kind))

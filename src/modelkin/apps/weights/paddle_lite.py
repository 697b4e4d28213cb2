"""Weights of Paddle-Lite models (``.nb``, versions 1 and 2), after its public schema."""

import struct
from collections.abc import Iterator

from modelkin.apps.flatbuffer import Table, root
from modelkin.apps.weights.raw import MOST_DIMENSIONS, part, stored
from modelkin.apps.weights.tensor import Stored

_TYPES = {1: "<i2", 2: "<i4", 3: "<i8", 4: "<f2", 5: "<f4", 6: "<f8", 20: "u1", 21: "i1"}
_HEAD = 26  # version, version of the writer, size of the graph
_LISTED, _SINGLE = 1, 2
_VARIABLE, _DIMENSIONS, _TYPE, _CONTENT = 3, 2, 3, 4


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The parameters, in the file's order.

    Raises:
        ValueError: the file is damaged, or of a version that cannot be read.
    """
    version, _, size = struct.unpack("<H16sQ", part(buffer, 0, _HEAD))
    part(buffer, _HEAD, size)
    rest = buffer[_HEAD + size :]
    if version == _LISTED:
        for one in root(rest).tables(0):
            yield from _parameter(one)
    elif version == _SINGLE:
        yield from _single(rest)
    else:
        raise ValueError(f"version {version} cannot be read")


def _single(rest: memoryview) -> Iterator[Stored]:
    """Each parameter is a flatbuffer of its own, behind its size."""
    _, about = struct.unpack("<HH", part(rest, 0, 4))
    place = 4 + about
    head, count = struct.unpack("<HH", part(rest, place, 4))
    place += 2 + head
    for _ in range(count):
        total, offset = struct.unpack("<II", part(rest, place, 8))
        if not 4 <= offset <= total:  # noqa: PLR2004 (its own size)
            raise ValueError("the parameters are damaged")
        place += 4 + offset
        one = part(rest, place, total - offset)
        yield from _parameter(root(one))
        place += total - offset


def _parameter(one: Table) -> Iterator[Stored]:
    held = one.table(_VARIABLE)
    if held is not None:
        shape = tuple(int(size) for size in held.numbers(_DIMENSIONS, "q", MOST_DIMENSIONS))
        content = memoryview(held.bytes(_CONTENT) or b"")
        yield stored(shape, content, _TYPES.get(held.scalar(_TYPE, "i")))

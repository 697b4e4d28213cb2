"""TensorFlow's checkpoints: an index, which is a table of LevelDB, and files of raw tensors."""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from modelkin.apps.protobuf import LENGTH, VARINT, fields, integers, varint
from modelkin.apps.weights.raw import part, stored
from modelkin.apps.weights.tensor import Stored
from modelkin.apps.weights.tf_graph import TYPES, read_shape

INDEX = "variables/variables.index"
_SHARD = re.compile(r"variables/variables\.data-(\d{5})-of-\d{5}")
_FOOTER, _MAGIC = 48, 0xDB4775248B80FB57
_TRAILER = 5  # kind of compression and a checksum behind every block
_MOST = 1_000_000


@dataclass(frozen=True)
class Entry:
    """One tensor: type of TensorFlow, shape, the file that holds it, and where."""

    type: int
    shape: tuple[int, ...]
    shard: int
    start: int
    size: int


def tensors(parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    """The variables that lie beside a SavedModel, in the index's order.

    Raises:
        ValueError: a file is damaged, squeezed, or missing.
    """
    shards = {int(held[1]): name for name in parts if (held := _SHARD.fullmatch(name))}
    for one in read_index(parts[INDEX]):
        if one.shard not in shards:
            raise ValueError("a file with its variables is not beside it")
        content = part(parts[shards[one.shard]], one.start, one.size)
        yield stored(one.shape, content, TYPES.get(one.type))


def read_index(buffer: memoryview) -> Iterator[Entry]:
    """The tensors that an index lists.

    Raises:
        ValueError: it is damaged or squeezed.
    """
    if len(buffer) < _FOOTER:
        raise ValueError("the index of its variables is cut short")
    footer = buffer[-_FOOTER:]
    if struct.unpack("<Q", footer[-8:])[0] != _MAGIC:
        raise ValueError("the index of its variables is no table")
    place = 0
    for _ in range(2):  # the first block is about the table itself
        _, place = varint(footer, place, _FOOTER)
    start, place = varint(footer, place, _FOOTER)
    size, _ = varint(footer, place, _FOOTER)
    count = 0
    for _, handle in _block(buffer, start, size):
        inner, place = varint(handle, 0, len(handle))
        length, _ = varint(handle, place, len(handle))
        for key, value in _block(buffer, inner, length):
            count += 1
            if count > _MOST:
                raise ValueError("it states more tensors than fit")
            if key:  # the first entry is about the checkpoint
                yield _entry(value)


def _block(buffer: memoryview, start: int, size: int) -> Iterator[tuple[bool, memoryview]]:
    """Entries of a block: whether there is a key, and the value."""
    content = part(buffer, start, size + _TRAILER)
    if content[size]:
        raise ValueError("the index of its variables is squeezed")
    if size < 4:  # noqa: PLR2004 (how many restarts)
        raise ValueError("the index of its variables is damaged")
    (restarts,) = struct.unpack("<I", content[size - 4 : size])
    stop = size - 4 - 4 * restarts
    place = 0
    while place < stop:
        shared, place = varint(content, place, stop)
        own, place = varint(content, place, stop)
        length, place = varint(content, place, stop)
        begin = place + own
        place = begin + length
        if place > stop:
            raise ValueError("the index of its variables is damaged")
        yield bool(shared + own), content[begin:place]


def _entry(value: memoryview) -> Entry:
    numbers = {1: 0, 3: 0, 4: 0, 5: 0}
    shape: tuple[int, ...] = ()
    for one in fields(value):
        if one.wire == VARINT and one.number in numbers:
            numbers[one.number] = integers([one.value])[0]
        elif (one.number, one.wire) == (2, LENGTH):
            shape = read_shape(value, one)
    return Entry(numbers[1], shape, numbers[3], numbers[4], numbers[5])

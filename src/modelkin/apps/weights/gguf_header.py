"""The table of contents of a GGUF file (versions 2 and 3, little-endian)."""

import struct
from dataclasses import dataclass
from math import prod

_SCALARS = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_TEXT, _ARRAY, _UINT32 = 8, 9, 4
_MOST_TENSORS = 1_000_000
_MOST_ITEMS = 50_000_000
_MOST_DIMENSIONS = 8
_DEEPEST = 4
_ALIGNMENT = 32
# ggml type to (values a block, bytes a block); types added later are listed without contents
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    9: (32, 36), 10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    15: (256, 292), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2),
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One tensor: its name, ggml type, shape, and bytes (``start == end`` for unknown types)."""

    name: str
    type: int
    shape: tuple[int, ...]
    start: int
    end: int


class _Reader:
    def __init__(self, buffer: memoryview) -> None:
        self.buffer, self.place = buffer, 0

    def take(self, size: int) -> memoryview:
        if size < 0 or self.place + size > len(self.buffer):
            raise ValueError("cut short")
        self.place += size
        return self.buffer[self.place - size : self.place]

    def number(self, form: str) -> int:
        return int(struct.unpack(f"<{form}", self.take(struct.calcsize(form)))[0])

    def text(self) -> str:
        return bytes(self.take(self.number("Q"))).decode("utf-8", "replace")

    def skip(self, kind: int, depth: int = 0) -> None:
        if kind == _TEXT:
            self.take(self.number("Q"))
        elif kind == _ARRAY and depth < _DEEPEST:
            inner, count = self.number("I"), self.number("Q")
            if inner in _SCALARS:
                self.take(count * _SCALARS[inner])
                return
            if count > _MOST_ITEMS:
                raise ValueError("a list is longer than the file")
            for _ in range(count):
                self.skip(inner, depth + 1)
        elif kind in _SCALARS:
            self.take(_SCALARS[kind])
        else:
            raise ValueError(f"a value of unknown type {kind}")


def read_header(buffer: memoryview) -> tuple[Entry, ...]:
    """The tensors, in the file's order.

    Raises:
        ValueError: damaged, of an old version or another byte order.
    """
    reader = _Reader(buffer)
    reader.take(4)
    version = reader.number("I")
    if version not in {2, 3}:
        raise ValueError(f"version {version} cannot be read")
    tensors, values = reader.number("Q"), reader.number("Q")
    if tensors > _MOST_TENSORS or values > _MOST_TENSORS:
        raise ValueError("it states more tensors than fit")
    alignment = _ALIGNMENT
    for _ in range(values):
        name, kind = reader.text(), reader.number("I")
        if name == "general.alignment" and kind == _UINT32:
            alignment = max(reader.number("I"), 1)
        else:
            reader.skip(kind)
    listed = []
    for _ in range(tensors):
        name, dimensions = reader.text(), reader.number("I")
        if dimensions > _MOST_DIMENSIONS:
            raise ValueError("a tensor has too many dimensions")
        shape = tuple(reader.number("Q") for _ in range(dimensions))
        listed.append((name, reader.number("I"), shape, reader.number("Q")))
    base = -(-reader.place // alignment) * alignment
    return tuple(_entry(*one, base=base, size=len(buffer)) for one in listed)


def _entry(
    name: str, kind: int, shape: tuple[int, ...], offset: int, *, base: int, size: int
) -> Entry:
    values, width = _BLOCKS.get(kind, (1, 0))
    start = base + offset
    end = start + prod(shape) // values * width
    if not 0 <= start <= end <= size:
        raise ValueError(f"the tensor '{name[:60]}' does not lie in the file")
    return Entry(name, kind, shape, start, end)

"""The table of contents of a safetensors file."""

import json
from dataclasses import dataclass
from math import prod

_LENGTH = 8
_LONGEST = 100_000_000
WIDTHS = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "U16": 2, "I16": 2, "F16": 2,
    "BF16": 2, "U32": 4, "I32": 4, "F32": 4, "U64": 8, "I64": 8, "F64": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One tensor of a file: its name, type, shape, and the bytes that hold it."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


def read_entries(buffer: memoryview) -> tuple[Entry, ...]:
    """The tensors, in the file's order.

    Raises:
        ValueError: the header is damaged, or tensors lie outside the file.
    """
    if len(buffer) < _LENGTH:
        raise ValueError("cut short")
    length = int.from_bytes(buffer[:_LENGTH], "little")
    if not 2 <= length <= min(_LONGEST, len(buffer) - _LENGTH):  # noqa: PLR2004 ("{}")
        raise ValueError("its header is longer than the file")
    try:
        table = json.loads(bytes(buffer[_LENGTH : _LENGTH + length]))
        base = _LENGTH + length
        entries = [
            _entry(name, one, base, len(buffer))
            for name, one in table.items()
            if name != "__metadata__"
        ]
    except (AttributeError, KeyError, TypeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError("its header is no table of tensors") from error
    return tuple(sorted(entries, key=lambda one: one.start))


def _entry(name: str, one: dict[str, object], base: int, size: int) -> Entry:
    offsets, shape, dtype = one["data_offsets"], one["shape"], str(one["dtype"])
    if not (isinstance(offsets, list) and isinstance(shape, list)):
        raise TypeError("offsets")
    start, end = (base + int(place) for place in offsets)
    sizes = tuple(int(count) for count in shape)
    bad = not base <= start <= end <= size or any(count < 0 for count in sizes)
    if bad or (dtype in WIDTHS and prod(sizes) * WIDTHS[dtype] != end - start):
        raise ValueError(f"the tensor '{name[:60]}' does not lie where the header says")
    return Entry(name, dtype, sizes, start, end)

"""Reading flatbuffers without their schema, every offset checked against the file."""

import struct
from dataclasses import dataclass

Buffer = bytes | memoryview
_MOST_TABLES = 1_000_000


@dataclass(frozen=True, eq=False)
class Table:
    """One table in a flatbuffer.

    All reading raises ``ValueError`` where the file is not what it says.

    Args:
        buffer: the whole file.
        place: where the table begins.
    """

    buffer: Buffer
    place: int

    def scalar(self, slot: int, form: str, default: float = 0) -> int:
        """A number, ``form`` as in ``struct``."""
        return int(self.number(slot, form, default))

    def number(self, slot: int, form: str, default: float = 0) -> float:
        """The same, which may be a fraction."""
        at = self._field(slot)
        return _read(self.buffer, at, form) if at else default

    def table(self, slot: int) -> "Table | None":
        """A nested table."""
        at = self._field(slot)
        return Table(self.buffer, self._follow(at)) if at else None

    def bytes(self, slot: int) -> "Buffer | None":
        """A vector of bytes, or a text, without a copy."""
        found = self._vector(slot, 1)
        return None if found is None else self.buffer[found[0] : found[0] + found[1]]

    def content(self, slot: int, width: int) -> memoryview:
        """The bytes of a vector of numbers that are ``width`` bytes each; empty without one."""
        found = self._vector(slot, width)
        if found is None:
            return memoryview(b"")
        return memoryview(self.buffer)[found[0] : found[0] + found[1] * width]

    def text(self, slot: int) -> str:
        """A text; empty where there is none."""
        return bytes(self.bytes(slot) or b"").decode("utf-8", "replace")

    def numbers(self, slot: int, form: str, most: int | None = None) -> tuple[float, ...]:
        """A vector of numbers, ``form`` as in ``struct``; many tables may share a long one.

        Args:
            slot: of the table.
            form: as in ``struct``.
            most: how many there can be; None is no limit but the file's.
        """
        width = struct.calcsize(form)
        found = self._vector(slot, width)
        if found is None:
            return ()
        start, count = found
        if most is not None and count > most:
            raise ValueError("a list is too long")
        return struct.unpack(f"<{count}{form}", self.buffer[start : start + count * width])

    def tables(self, slot: int) -> "list[Table]":
        """A vector of tables."""
        found = self._vector(slot, 4)
        if found is None:
            return []
        start, count = found
        if count > _MOST_TABLES:
            raise ValueError("too many tables")
        return [Table(self.buffer, self._follow(start + 4 * place)) for place in range(count)]

    def _field(self, slot: int) -> int:
        """Where a field is; 0 where the table has none."""
        vtable = self.place - int(_read(self.buffer, self.place, "i"))
        size = int(_read(self.buffer, vtable, "H"))
        if size < 4 or size % 2 or vtable + size > len(self.buffer):  # noqa: PLR2004 (its head)
            raise ValueError("a table without fields")
        offset = 4 + 2 * slot
        shift = int(_read(self.buffer, vtable + offset, "H")) if offset < size else 0
        return self.place + shift if shift else 0

    def _follow(self, at: int) -> int:
        target = at + int(_read(self.buffer, at, "I"))
        if not 0 < target < len(self.buffer) - 3:
            raise ValueError("an offset leads out of the file")
        return target

    def _vector(self, slot: int, width: int) -> tuple[int, int] | None:
        at = self._field(slot)
        if not at:
            return None
        place = self._follow(at)
        count = int(_read(self.buffer, place, "I"))
        if place + 4 + count * width > len(self.buffer):
            raise ValueError("a vector is longer than the file")
        return place + 4, count


def root(buffer: Buffer) -> Table:
    """The outermost table.

    Raises:
        ValueError: this is no flatbuffer.
    """
    return Table(buffer, Table(buffer, 0)._follow(0))  # noqa: SLF001 (its own kind)


def _read(buffer: Buffer, at: int, form: str) -> float:
    width = struct.calcsize(form)
    if at < 0 or at + width > len(buffer):
        raise ValueError("an offset leads out of the file")
    number: float = struct.unpack_from(f"<{form}", buffer, at)[0]
    return number

"""Reading the outer structure of a protobuf message, without its schema and without trust."""

from collections.abc import Iterator
from dataclasses import dataclass

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
_WIDTH = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10

Buffer = bytes | memoryview


@dataclass(frozen=True)
class Field:
    """One field of a message.

    Attributes:
        number: of the field.
        wire: how it is written.
        value: of a varint; 0 otherwise.
        start: first byte of the content.
        end: byte after it.
    """

    number: int
    wire: int
    value: int
    start: int
    end: int


def fields(buffer: Buffer, start: int = 0, end: int | None = None) -> Iterator[Field]:
    """Walk the fields of one message; the contents of nested ones are skipped.

    Args:
        buffer: holds the message.
        start: first byte of the message.
        end: byte after it; None is the buffer's.

    Raises:
        ValueError: this is no message, or it is cut short.
    """
    stop = len(buffer) if end is None else end
    place = start
    while place < stop:
        key, place = varint(buffer, place, stop)
        number, wire = key >> 3, key & 7
        if not number:
            raise ValueError("a field without a number")
        value, begin = 0, place
        if wire == VARINT:
            value, place = varint(buffer, place, stop)
        elif wire == LENGTH:
            size, begin = varint(buffer, place, stop)
            place = begin + size
        elif wire in _WIDTH:
            place += _WIDTH[wire]
        else:
            raise ValueError(f"wire type {wire}")
        if place > stop:
            raise ValueError("cut short")
        yield Field(number, wire, value, begin, place)


def text(buffer: Buffer, field: Field, longest: int = 4096) -> str:
    """The content of a field as text.

    Raises:
        ValueError: it is no text, or a very long one.
    """
    if field.wire != LENGTH or field.end - field.start > longest:
        raise ValueError("no text")
    return bytes(buffer[field.start : field.end]).decode("utf-8")


def packed(buffer: Buffer, field: Field, most: int = 1024) -> list[int]:
    """Whole numbers that a field repeats, each by itself or all in one.

    Raises:
        ValueError: there are more than ``most`` of them, or the last one does not end.
    """
    if field.wire == VARINT:
        return integers([field.value])
    found: list[int] = []
    place = field.start
    while field.wire == LENGTH and place < field.end:
        value, place = varint(buffer, place, field.end)
        found.append(value)
        if len(found) > most:
            raise ValueError("a list is too long")
    return integers(found)


def integers(values: list[int]) -> list[int]:
    """Varints as signed numbers of 64 bits."""
    return [one - (1 << 64) if one >> 63 else one for one in values]


def varint(buffer: Buffer, place: int, stop: int) -> tuple[int, int]:
    """A number at a place, and the place behind it.

    Raises:
        ValueError: it does not end before ``stop``.
    """
    value = 0
    for count in range(_LONGEST_VARINT):
        if place >= stop:
            raise ValueError("cut short")
        byte = buffer[place]
        place += 1
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004 (the bit that says that more follows)
            return value, place
    raise ValueError("a number that does not end")

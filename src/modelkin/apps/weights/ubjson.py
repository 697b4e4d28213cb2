"""Binary JSON (UBJSON, draft 12), in which XGBoost writes models."""

import struct

import numpy as np

_NUMBERS = {"i": "b", "U": "B", "I": "h", "l": "i", "L": "q", "d": "f", "D": "d"}
_WORDS: dict[str, object] = {"Z": None, "T": True, "F": False, "N": None}
_DEEPEST = 64
_MOST = 20_000_000


class _Reader:
    """Reads one value after the other; every length is checked against the file.

    Args:
        buffer: the file.
    """

    def __init__(self, buffer: memoryview) -> None:
        self._buffer, self._place, self._count = buffer, 0, 0

    def _take(self, size: int) -> memoryview:
        if size < 0 or self._place + size > len(self._buffer):
            raise ValueError("cut short")
        self._place += size
        return self._buffer[self._place - size : self._place]

    def mark(self) -> str:
        """What kind of value follows."""
        return chr(self._take(1)[0])

    def _peek(self) -> str:
        return chr(self._buffer[self._place]) if self._place < len(self._buffer) else ""

    def _number(self, mark: str) -> float:
        if mark not in _NUMBERS:
            raise ValueError(f"'{mark}' where a number should be")
        form = f">{_NUMBERS[mark]}"
        found: float = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return found

    def _length(self) -> int:
        return int(self._number(self.mark()))

    def _text(self) -> str:
        return bytes(self._take(self._length())).decode("utf-8", "replace")

    def value(self, mark: str, depth: int = 0) -> object:
        """A value behind its mark."""
        self._count += 1
        if depth > _DEEPEST or self._count > _MOST:
            raise ValueError("nested too deep, or too long")
        if mark in _NUMBERS:
            return self._number(mark)
        if mark in _WORDS:
            return _WORDS[mark]
        if mark in "SH":
            return self._text()
        if mark == "C":
            return self.mark()
        if mark == "[":
            return self._list(depth)
        if mark == "{":
            return self._table(depth)
        raise ValueError(f"an unknown mark '{mark}'")

    def _form(self) -> tuple[str, int]:
        """Type and length of what a container holds, as far as it says so beforehand."""
        kind, count = "", -1
        if self._peek() == "$":
            self._take(1)
            kind = self.mark()
        if self._peek() == "#":
            self._take(1)
            count = self._length()
            if count < 0 or count > len(self._buffer):
                raise ValueError("a list is longer than the file")
        return kind, count

    def _list(self, depth: int) -> object:
        kind, count = self._form()
        if kind in _NUMBERS and kind and count >= 0:
            dtype = np.dtype(f">{_NUMBERS[kind]}")
            return np.frombuffer(self._take(count * dtype.itemsize), dtype=dtype)
        found: list[object] = []
        while count < 0 or len(found) < count:
            if count < 0 and self._peek() == "]":
                self._take(1)
                break
            found.append(self.value(kind or self.mark(), depth + 1))
        return found

    def _table(self, depth: int) -> dict[str, object]:
        kind, count = self._form()
        found: dict[str, object] = {}
        number = 0
        while count < 0 or number < count:
            if count < 0 and self._peek() == "}":
                self._take(1)
                break
            key = self._text()
            found[key] = self.value(kind or self.mark(), depth + 1)
            number += 1
        return found


def read_ubjson(buffer: memoryview) -> object:
    """The value that a file holds; lists of numbers of one type are NumPy arrays.

    Raises:
        ValueError: it is damaged or absurdly nested.
    """
    reader = _Reader(buffer)
    return reader.value(reader.mark())

"""The file of an NCNN network's weights, which does not say by itself what it holds."""

import struct

import numpy as np

from modelkin.apps.weights.raw import part, stored
from modelkin.apps.weights.tensor import Stored

_HALF, _BYTE, _RAW = 0x01306B47, 0x000D4B38, 0x0002C056
_TABLE = 256 * 4


class NcnnBin:
    """The file of weights, read from front to back.

    Args:
        buffer: the file.
    """

    def __init__(self, buffer: memoryview) -> None:
        self._buffer, self._place = buffer, 0

    @property
    def ended(self) -> bool:
        """Whether all of it is read."""
        return self._place == len(self._buffer)

    def _take(self, size: int) -> memoryview:
        found = part(self._buffer, self._place, size)
        self._place += size
        return found

    def plain(self, count: int) -> Stored:
        """Numbers without a mark."""
        return stored((count,), self._take(4 * count), "<f4")

    def marked(self, *shape: int) -> Stored:
        """Numbers behind a mark that tells their type."""
        count = 1
        for size in shape:
            count *= size
        if count < 0 or min(shape) < 0:
            raise ValueError("a layer states a negative size")
        (mark,) = struct.unpack("<I", self._take(4))
        if mark == _HALF:
            return stored(shape, self._take(-(-2 * count // 4) * 4)[: 2 * count], "<f2")
        if mark == _BYTE:
            return stored(shape, self._take(-(-count // 4) * 4)[:count], "i1")
        if mark != _RAW and sum(mark.to_bytes(4, "little")):
            table = np.frombuffer(self._take(_TABLE), dtype="<f4")
            content = self._take(-(-count // 4) * 4)[:count]
            indices = np.frombuffer(content, dtype=np.uint8)
            return Stored(shape, content, table[indices] if count else None)
        return stored(shape, self._take(4 * count), "<f4")

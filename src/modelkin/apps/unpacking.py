"""Archives and squeezed files by their first bytes, and streams of what they hold."""

import bz2
import gzip
import importlib
import io
import lzma
import struct
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from modelkin.apps.refused import RefusedError

_STARTS = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
}
_TAR = slice(257, 262)
_XZ_MEMORY = 256 * 2**20
_CHUNK = 1 << 16
_LARGEST_DIRECTORY = 64 * 2**20
_TAIL = 66_000
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"
_OVERFLOWN = 0xFFFFFFFF


def archive_kind(head: bytes) -> str | None:
    """``zip``, ``tar``, ``gzip``, ``xz``, ``bzip2``, ``zstd``, ``7z``, ``rar``, or None."""
    for start, kind in _STARTS.items():
        if head.startswith(start) and (kind != "bzip2" or head[4:8] in {b"1AY&", b"\x17rE8"}):
            return kind
    return "tar" if head[_TAR] == b"ustar" else None


def unpacked(kind: str, packed: IO[bytes]) -> IO[bytes]:
    """The content of a squeezed file, as a stream.

    Raises:
        RefusedError: this Python cannot read it.
    """
    if kind in _OPENERS:
        return _OPENERS[kind](packed)
    try:
        zstd = importlib.import_module("compression.zstd")  # Python 3.14 and later
    except ImportError as error:
        raise RefusedError(
            f"it is squeezed by {kind}, which is not looked into",
            hint="unpack it first, and scan what it holds",
        ) from error
    return cast("IO[bytes]", zstd.open(packed))


def require_small_directory(path: Path) -> None:
    """Refuse a zip archive whose table of contents alone would fill the memory.

    Raises:
        RefusedError: it is too long.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or place + 16 > len(tail):
        return
    (length,) = struct.unpack_from("<I", tail, place + 12)
    large = tail.rfind(_END64, 0, place)
    if length == _OVERFLOWN and large >= 0 and large + 48 <= len(tail):
        (length,) = struct.unpack_from("<Q", tail, large + 40)
    if length > _LARGEST_DIRECTORY:
        raise RefusedError(
            f"its table of contents takes {length:,} bytes, which no app needs",
            hint="leave the file alone, or unpack it elsewhere",
        )


class _Xz(io.RawIOBase):
    """xz with bounded memory, which ``lzma.open`` does not offer."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._unpacker = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type] # any writable buffer
        while not self._unpacker.eof:
            piece = self._packed.read(_CHUNK) if self._unpacker.needs_input else b""
            if self._unpacker.needs_input and not piece:
                raise EOFError("cut short")
            content = self._unpacker.decompress(piece, len(view))
            if content:
                view[: len(content)] = content
                return len(content)
        return 0


_OPENERS: dict[str, Callable[[IO[bytes]], IO[bytes]]] = {
    "gzip": lambda packed: cast("IO[bytes]", gzip.GzipFile(fileobj=packed)),
    "xz": lambda packed: cast("IO[bytes]", io.BufferedReader(_Xz(packed))),
    "bzip2": lambda packed: cast("IO[bytes]", bz2.BZ2File(packed)),
}

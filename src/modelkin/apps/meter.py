"""Counting what is unpacked, so that a bomb ends itself early."""

import io
from typing import IO

from modelkin.apps.limits import WalkLimits
from modelkin.apps.refused import RefusedError

_LARGEST_READ = 1 << 20


class Meter:
    """What one app has cost so far.

    Args:
        limits: what it may cost.
    """

    def __init__(self, limits: WalkLimits) -> None:
        self.limits = limits
        self.entries = 0
        self.unpacked = 0

    def entry(self) -> None:
        """Count one file or folder of an archive.

        Raises:
            RefusedError: there are too many.
        """
        self.entries += 1
        if self.entries > self.limits.entries:
            raise RefusedError(
                f"it holds more than {self.limits.entries:,} files, so the rest is not looked into",
                hint="unpack it elsewhere and scan the folders that matter",
                whole=True,
            )

    def bytes(self, count: int) -> None:
        """Count unpacked bytes.

        Raises:
            RefusedError: there are too many.
        """
        self.unpacked += count
        if self.unpacked > self.limits.total_bytes:
            raise RefusedError(
                f"it unpacks to more than {self.limits.total_bytes:,} bytes: an archive bomb, or "
                "too large to scan",
                hint="unpack it elsewhere and scan the folders that matter",
                whole=True,
            )


class Metered(io.RawIOBase):
    """A stream of unpacked bytes that counts itself.

    Args:
        stream: what is read.
        meter: the app's.
        packed: bytes that the stream was packed into, or a callable telling how many were read.
    """

    def __init__(self, stream: IO[bytes], meter: Meter, packed: "int | Packed | None") -> None:
        self._stream = stream
        self._meter = meter
        self._packed = packed
        self.count = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer; the limits are checked at each step."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type] # any writable buffer
        piece = self._stream.read(min(len(view), _LARGEST_READ))
        view[: len(piece)] = piece
        self.count += len(piece)
        self._meter.bytes(len(piece))
        self._check()
        return len(piece)

    def _check(self) -> None:
        limits = self._meter.limits
        if self.count > limits.file_bytes:
            raise RefusedError(
                f"it unpacks to more than {limits.file_bytes:,} bytes",
                hint="unpack it elsewhere and scan the file by itself",
            )
        if self._packed is None or self.count <= limits.ratio_from:
            return
        packed = self._packed if isinstance(self._packed, int) else self._packed.count
        if self.count > limits.ratio * max(packed, 1):
            raise RefusedError(
                f"an archive bomb: {packed:,} bytes unpack to more than {self.count:,}, over "
                f"{limits.ratio:g} times as much",
                hint="no model shrinks like this; leave the file alone",
            )


class Packed(io.RawIOBase):
    """Counts the packed bytes that an unpacker takes.

    Args:
        stream: the packed bytes.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type] # any writable buffer
        piece = self._stream.read(len(view))
        view[: len(piece)] = piece
        self.count += len(piece)
        return len(piece)

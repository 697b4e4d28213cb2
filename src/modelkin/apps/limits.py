"""How much of a package is looked into before it is refused."""

from dataclasses import dataclass

_MIB = 2**20
_GIB = 2**30


@dataclass(frozen=True, kw_only=True)
class WalkLimits:
    """Bounds on one app; what passes one of them is named and left, and the scan goes on.

    Attributes:
        depth: archives within archives.
        entries: files and folders over all archives of the app.
        total_bytes: bytes unpacked over all archives of the app.
        file_bytes: bytes of one file within an archive.
        ratio: unpacked over packed bytes of one archive, or of one file in it.
        ratio_from: bytes unpacked before the ratio counts; small things may shrink well.
    """

    depth: int = 8
    entries: int = 500_000
    total_bytes: int = 32 * _GIB
    file_bytes: int = 8 * _GIB
    ratio: float = 200.0
    ratio_from: int = 64 * _MIB

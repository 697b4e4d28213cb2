"""Reading tar archives as a stream, whose headers may lie."""

import tarfile
from typing import IO, Self

_LONGEST_HEADER = 1 << 20
_LONG = {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
_LONG |= {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}


class _Bounded(tarfile.TarInfo):
    """Refuses extended headers that would be read into memory whole."""

    def _proc_member(self, tar: tarfile.TarFile) -> Self:
        if self.type in _LONG and self.size > _LONGEST_HEADER:
            raise tarfile.ReadError(f"an extended header of {self.size:,} bytes")
        return super()._proc_member(tar)  # type: ignore[misc,no-any-return] # not in its stubs


def open_tar(stream: IO[bytes]) -> tarfile.TarFile:
    """A tar archive, read once from front to back.

    Raises:
        tarfile.TarError: it is none.
    """
    return tarfile.open(fileobj=stream, mode="r|", tarinfo=_Bounded)

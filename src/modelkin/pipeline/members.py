"""The zip around an evidence file: small, plain, each name once, the same bytes for the same."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from modelkin.errors import CorruptFileError, UsageError

_LARGEST = 4 << 30
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


def read_members(path: Path) -> dict[str, bytes]:
    """Content by name.

    Raises:
        UsageError: there is no such file.
        CorruptFileError: it is no zip, damaged, too large, or holds a name twice.
    """
    if not path.is_file():
        raise UsageError(f"there is no evidence file '{path}'", hint="check the path")
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                # which of the two counts would depend on who reads it
                raise corrupt(path, "it holds two files of one name")
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise corrupt(path, f"it unpacks to more than {_LARGEST >> 30} GiB")
            return {name: archive.read(name) for name in names}
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise corrupt(path, f"it is no readable evidence file ({error})") from error


def write_members(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the files in the order given; a reader never sees half of them."""
    partial = path.with_name(path.name + ".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_ONE), content)
    partial.replace(path)


def corrupt(path: Path, what: str) -> CorruptFileError:
    """The error for an evidence file that cannot be relied on."""
    return CorruptFileError(
        f"'{path}': {what}", hint="ask for the original file, or run the compare again"
    )

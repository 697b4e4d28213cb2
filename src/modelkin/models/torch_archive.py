"""What a file written by ``torch.save`` or ``torch.jit.save`` holds, told without unpickling."""

import io
import pickle
import pickletools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from modelkin.models.contents import content_kind, zip_names

_PLAIN = re.compile(
    r"collections OrderedDict"
    r"|torch\._utils _rebuild_(tensor|tensor_v2|parameter|qtensor|sparse_tensor)"
    r"|torch (\w+Storage|Size|device|bool|b?float\d+|u?int\d+|complex\d+)"
    r"|torch\.storage (Untyped|Typed)Storage"
    r"|torch\.serialization _get_layout"
)
_LARGEST_PICKLE = 256 * 2**20
_LEGACY_PICKLES = 4  # magic number, protocol, system, object
_INDIRECT = frozenset({"STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4"})


def torch_kind(location: str, first_bytes: bytes) -> str | None:
    """Name the content: ``script``, ``export``, ``pickle`` or ``weights``; None for others.

    Weights hold nothing but tensors in plain containers; every other pickle may run code. A zip
    archive whose list of members cannot be read is ``damaged``.
    """
    kind = content_kind(first_bytes)
    if kind == "torch":
        return "pickle" if foreign_globals(Path(location).read_bytes()) else "weights"
    names = zip_names(location) if kind == "zip" else ()
    if kind == "zip" and not names:
        return "damaged"
    ends = {name.partition("/")[2] or name for name in names}
    if {"archive_format", "serialized_exported_program.json"} & ends:
        return "export"
    if "data.pkl" not in ends:
        return None
    if "constants.pkl" in ends and any(name.startswith("code/") for name in ends):
        return "script"
    member = next(name for name in names if name.rpartition("/")[2] == "data.pkl")
    return "pickle" if foreign_globals(read_member(location, member)) else "weights"


def read_member(location: str, member: str) -> bytes:
    """Read one member of a zip archive, nothing when it is damaged or unreasonably large."""
    try:
        with zipfile.ZipFile(location) as archive:
            if archive.getinfo(member).file_size > _LARGEST_PICKLE:
                return b""
            return archive.read(member)
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, EOFError):
        return b""


def foreign_globals(content: bytes) -> tuple[str, ...]:
    """Name what a pickle would import beyond tensors and containers; nothing is imported.

    Args:
        content: a pickle, a whole file of ``torch.save`` before 1.6 (several pickles in a row),
            or a zip archive of ``torch.save``.

    Returns:
        Names such as ``os.system``; ``?`` for what cannot be read without running it.
    """
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    stream = io.BytesIO(content)
    pickles = _LEGACY_PICKLES if content_kind(content[:4096]) == "torch" else 1
    try:
        return tuple(sorted({name for _ in range(pickles) for name in _foreign(stream)}))
    except (ValueError, IndexError, UnicodeDecodeError, pickle.UnpicklingError, EOFError):
        return ("?",)


def _foreign(stream: io.BytesIO) -> Iterator[str]:
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name in _INDIRECT:
            yield "?"
        elif opcode.name == "GLOBAL" and not _PLAIN.fullmatch(str(argument)):
            yield str(argument).replace(" ", ".")


def _in_archive(content: bytes) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [name for name in archive.namelist() if name.endswith(".pkl")]
            sizes = [archive.getinfo(name).file_size for name in members]
            if not members or max(sizes) > _LARGEST_PICKLE:
                return ("?",)
            return tuple(
                sorted(
                    {name for member in members for name in foreign_globals(archive.read(member))}
                )
            )
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        return ("?",)

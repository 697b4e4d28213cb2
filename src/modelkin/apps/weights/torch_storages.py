"""Weights in an archive of PyTorch: raw storages, and pickles that say what they are for."""

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from math import prod
from pathlib import Path

import numpy as np

from modelkin.apps.weights.raw import BFLOAT16, stored
from modelkin.apps.weights.tensor import Stored
from modelkin.apps.weights.torch_exported import read_exported
from modelkin.apps.weights.torch_index import Entry, read_entries

_LARGEST = 2**31
_LARGEST_PICKLE = 2**26
_FOLDERS = {"data", "constants", "weights"}
_PICKLES = {f"{name}.pkl": name for name in _FOLDERS}
_CONFIGS = {"model_weights_config.json", "model_constants_config.json"}

Index = dict[tuple[str, str], list[Entry]]


def tensors(buffer: memoryview, path: Path) -> Iterator[Stored]:
    """The tensors, in the archive's order; a storage whose tensors are not told is one by itself.

    Raises:
        ValueError: it was written before PyTorch 1.6, or is damaged.
    """
    if bytes(buffer[:2]) != b"PK":
        raise ValueError("files of PyTorch before 1.6 are not read")
    with zipfile.ZipFile(path) as archive:
        index = _index(archive)
        for member in archive.infolist():
            above, _, name = member.filename.rpartition("/")
            folder = above.rpartition("/")[2]
            if (
                folder not in _FOLDERS
                or name in _CONFIGS
                or member.file_size > _LARGEST
                or not member.file_size
            ):
                continue
            if member.compress_type != zipfile.ZIP_STORED:
                continue  # PyTorch never squeezes, and this may be a bomb
            content = memoryview(archive.read(member))
            told = list(_told(content, index.get((folder, name), [])))
            yield from told or [_whole(content)]


def _index(archive: zipfile.ZipFile) -> Index:
    found: Index = defaultdict(list)
    for member in archive.infolist():
        above, _, name = member.filename.rpartition("/")
        if name not in {*_PICKLES, *_CONFIGS} or member.file_size > _LARGEST_PICKLE:
            continue
        content = archive.read(member)
        if name in _PICKLES:
            folder, listed = _PICKLES[name], read_entries(content)
        else:
            folder, listed = above.rpartition("/")[2], read_exported(content)
        for one in listed:
            found[folder, one.key].append(one)
    return found


def _told(content: memoryview, entries: list[Entry]) -> Iterator[Stored]:
    """The tensors of one storage, each part of it once; those outside of it are left out."""
    for one in dict.fromkeys(entries):
        width = 2 if one.dtype == BFLOAT16 else np.dtype(one.dtype or "u1").itemsize
        start, end = width * one.start, width * (one.start + prod(one.shape))
        if one.dtype is not None and end <= len(content):
            yield stored(one.shape, content[start:end], one.dtype)


def _whole(content: memoryview) -> Stored:
    """As single-precision numbers where they can be such."""
    values = np.frombuffer(content, dtype="<f4") if len(content) % 4 == 0 else None
    if values is not None and not np.isfinite(values).all():
        values = None
    return Stored((len(content),) if values is None else (len(values),), content, values)

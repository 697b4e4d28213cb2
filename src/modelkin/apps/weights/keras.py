"""Weights of Keras files: HDF5, alone or within a zip. Nothing of the model is built or run."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from modelkin.apps.weights.hdf5_contents import read_entries
from modelkin.apps.weights.raw import part, stored
from modelkin.apps.weights.tensor import Stored

_WEIGHTS = ".weights.h5"
_LOCAL_HEAD, _LOCAL_MARK = 30, b"PK\x03\x04"
_MOST_FILES = 100


def hdf5_tensors(buffer: memoryview, path: Path) -> Iterator[Stored]:
    """The arrays of an HDF5 file, in the order of its groups.

    Raises:
        ValueError: it cannot be read.
    """
    yield from _within(buffer, path, 0, len(buffer))


def zip_tensors(buffer: memoryview, path: Path) -> Iterator[Stored]:
    """The same of all files of weights in a ``.keras`` file, which Keras does not squeeze.

    Raises:
        ValueError: one of them is squeezed, or cannot be read.
    """
    with zipfile.ZipFile(path) as archive:
        members = [one for one in archive.infolist() if one.filename.endswith(_WEIGHTS)]
    if len(members) > _MOST_FILES:
        raise ValueError("it holds more files of weights than fit")
    for one in members:
        if one.compress_type != zipfile.ZIP_STORED or one.flag_bits & 1:
            raise ValueError("its weights are squeezed or locked, so they are not read")
        head = part(buffer, one.header_offset, _LOCAL_HEAD)
        if bytes(head[:4]) != _LOCAL_MARK:
            raise ValueError("its list of files is damaged")
        name, extra = struct.unpack("<HH", head[26:30])
        start = one.header_offset + _LOCAL_HEAD + name + extra
        part(buffer, start, one.file_size)
        yield from _within(buffer, path, start, one.file_size)


def _within(buffer: memoryview, path: Path, start: int, size: int) -> Iterator[Stored]:
    held = part(buffer, start, size)
    for one in read_entries(path, start, size):
        yield stored(one.shape, part(held, one.start, one.size), one.dtype)

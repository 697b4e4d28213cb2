"""Raw storages in an archive of PyTorch, whose shapes are not read: pickles would tell them."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from modelkin.apps.weights.tensor import Stored

_LARGEST = 2**31
_FOLDERS = {"data", "constants", "weights"}


def tensors(buffer: memoryview, path: Path) -> Iterator[Stored]:
    """The storages, in the archive's order, as single-precision numbers where they can be such.

    Raises:
        ValueError: it is no whole archive.
    """
    del buffer
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            folder = member.filename.rpartition("/")[0].rpartition("/")[2]
            if folder not in _FOLDERS or member.file_size > _LARGEST or not member.file_size:
                continue
            if member.compress_type != zipfile.ZIP_STORED:
                continue  # PyTorch never squeezes, and this may be a bomb
            content = archive.read(member)
            values = np.frombuffer(content, dtype="<f4") if len(content) % 4 == 0 else None
            if values is not None and not np.isfinite(values).all():
                values = None
            shape = (len(content),) if values is None else (len(values),)
            yield Stored(shape, memoryview(content), values)

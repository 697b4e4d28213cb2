"""The table of contents of an HDF5 file: where each array of numbers lies in it."""

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 60.0
_MOST = 200_000
_DTYPE = re.compile(r"[<|][fiu][1248]")
# h5py is C code that was not written for hostile files, so it runs in a process of its own and
# tells places only: what lies there is read and bounded here
_SCRIPT = """
import io, json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import h5py
path, start, size, most = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
class Part(io.RawIOBase):
    def __init__(self):
        self.file, self.place = open(path, "rb"), 0
    def readable(self): return True
    def seekable(self): return True
    def seek(self, place, whence=0):
        self.place = place + {0: 0, 1: self.place, 2: size}[whence]
        return self.place
    def tell(self): return self.place
    def readinto(self, buffer):
        self.file.seek(start + self.place)
        piece = self.file.read(max(0, min(len(buffer), size - self.place)))
        buffer[:len(piece)] = piece
        self.place += len(piece)
        return len(piece)
found = []
def look(name, one):
    if isinstance(one, h5py.Dataset) and one.dtype.kind in "fiu" and one.external is None:
        place = one.id.get_offset()
        if place is not None:
            found.append((one.dtype.str, one.shape, place, one.nbytes))
    return True if len(found) >= most else None
with h5py.File(Part(), "r") as file:
    file.visititems(look)
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Entry:
    """One array: its type as NumPy names it, its shape, and the bytes that hold it."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int


def needs_library() -> bool:
    """Whether the library that reads HDF5 is missing."""
    return importlib.util.find_spec("h5py") is None


def read_entries(path: Path, start: int, size: int) -> tuple[Entry, ...]:
    """The arrays of numbers that are stored in one piece, as Keras stores all of them.

    Args:
        path: a file.
        start: where HDF5 begins in it.
        size: bytes of HDF5.

    Raises:
        ValueError: it is damaged, takes too long, or the library is missing.
    """
    if needs_library():
        raise ValueError("reading HDF5 needs h5py: pip install 'modelkin[apps]'")
    arguments = [str(path.absolute()), str(start), str(size), str(_MOST)]
    try:
        done = subprocess.run(  # noqa: S603 (our own script)
            [sys.executable, "-I", "-c", _SCRIPT, *arguments],
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
        listed = json.loads(done.stdout)
        entries = [
            Entry(str(dtype), tuple(int(one) for one in shape), int(place), int(length))
            for dtype, shape, place, length in listed
        ]
    except (subprocess.SubprocessError, ValueError, TypeError, OSError) as error:
        raise ValueError("the HDF5 file cannot be read") from error
    return tuple(one for one in entries if _DTYPE.fullmatch(one.dtype))

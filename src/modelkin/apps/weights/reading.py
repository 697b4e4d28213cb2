"""The weights of a model file, whatever its kind."""

import mmap
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from modelkin.apps.weights import gguf_header, onnx, safetensors_header, tflite
from modelkin.apps.weights.tensor import Stored, Tensor, sketch

_SAFE = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2"}
_SAFE |= {"I8": "i1", "U8": "u1"}
_GGUF = {0: "<f4", 1: "<f2", 28: "<f8"}
_LARGEST_STORAGE = 2**31
_TORCH = ("torchscript", "torch_mobile", "torch_export", "torch_weights", "torch_pickle")


def read_weights(kind: str, path: Path) -> tuple[Tensor, ...] | None:
    """Sketches of a model's tensors; None where this kind of file is not read, or is damaged.

    Nothing is run or unpickled: of an archive of PyTorch only the raw storages are read, whose
    shapes are unknown.

    Args:
        kind: name of its kind.
        path: the file.
    """
    try:
        if kind in _TORCH:
            return tuple(sketch(_storages(path)))
        if kind not in _READERS:
            return None
        with path.open("rb") as file:
            # closed when the last view of it is gone
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return tuple(sketch(_READERS[kind](memoryview(held))))
    except (OSError, ValueError, struct.error, zipfile.BadZipFile, NotImplementedError, EOFError):
        return None


def _safetensors(buffer: memoryview) -> Iterator[Stored]:
    for one in safetensors_header.read_entries(buffer):
        content = buffer[one.start : one.end]
        dtype = _SAFE.get(one.dtype)
        values = np.frombuffer(content, dtype=dtype) if dtype and len(content) else None
        yield Stored(one.shape, content, values)


def _gguf(buffer: memoryview) -> Iterator[Stored]:
    for one in gguf_header.read_header(buffer):
        content = buffer[one.start : one.end]
        dtype = _GGUF.get(one.type)
        values = np.frombuffer(content, dtype=dtype) if dtype and len(content) else None
        yield Stored(one.shape[::-1], content, values)


def _storages(path: Path) -> Iterator[Stored]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            folder = member.filename.rpartition("/")[0].rpartition("/")[2]
            large = member.file_size > _LARGEST_STORAGE
            if folder not in {"data", "constants", "weights"} or large or not member.file_size:
                continue
            if member.compress_type != zipfile.ZIP_STORED:
                continue  # PyTorch never squeezes, and this may be a bomb
            content = archive.read(member)
            floats = len(content) % 4 == 0
            values = np.frombuffer(content, dtype="<f4") if floats else None
            if values is not None and not np.isfinite(values).all():
                values = None
            yield Stored((len(content),), memoryview(content), values)


_READERS: dict[str, Callable[[memoryview], Iterator[Stored]]] = {
    "tflite": tflite.tensors,
    "onnx": onnx.tensors,
    "safetensors": _safetensors,
    "gguf": _gguf,
}

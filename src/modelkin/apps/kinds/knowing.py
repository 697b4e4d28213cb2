"""From a whole file: what it is, or why it is no model after all."""

import mmap
import struct
from collections.abc import Callable
from pathlib import Path

from modelkin.apps.flatbuffer import root
from modelkin.apps.kinds.pickles import learner_of
from modelkin.apps.kinds.protobufs import protobuf_kind
from modelkin.apps.refused import RefusedError
from modelkin.apps.weights.gguf_header import read_header
from modelkin.apps.weights.safetensors_header import read_entries
from modelkin.models.torch_archive import foreign_globals

Buffer = memoryview
_AGAIN = "take the file from the app's maker again"


def know(path: Path, suspected: str) -> str | None:
    """The kind of a file whose first bytes were suspicious; None when it is none after all.

    Args:
        path: the whole file.
        suspected: what ``suspects`` named.

    Raises:
        RefusedError: it bears the mark of its kind, and what follows is damaged.
    """
    check = _CHECKS.get(suspected)
    if check is None:
        return suspected
    return check(_mapped(path), path)


def _mapped(path: Path) -> Buffer:
    """The file in memory, without reading it; let go when the last view of it is gone."""
    if not path.stat().st_size:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _tflite(buffer: Buffer, path: Path) -> str | None:
    del path
    try:
        model = root(buffer)
        graphs = model.tables(2)
        if graphs and graphs[0].tables(0):
            return "tflite"
        reason = "it holds no graph"
    except (ValueError, struct.error) as error:
        reason = str(error)
    raise RefusedError(
        f"{len(buffer):,} bytes bear the mark of TensorFlow Lite and are no whole model: {reason}",
        hint=_AGAIN,
    )


def _mnn(buffer: Buffer, path: Path) -> str | None:
    """Operators are tables with a name or a type, tensors have names: so MNN's schema says."""
    del path
    try:
        net = root(buffer)
        operators, names = net.tables(3), net.tables(7)
        first = bytes(buffer[names[0].place + 4 : names[0].place + 8]) if names else b""
        plain = first.split(b"\0")[0].isascii()
        return "mnn" if operators and names and plain and _has_inputs(net) else None
    except (ValueError, struct.error):
        return None


def _has_inputs(net: object) -> bool:
    operators = net.tables(3)  # type: ignore[attr-defined] # a Table
    return any(one.numbers(0, "i") or one.numbers(4, "i") for one in operators[:4])


def _safetensors(buffer: Buffer, path: Path) -> str | None:
    del path
    try:
        return "safetensors" if read_entries(buffer) else None
    except ValueError as error:
        if b'"dtype"' not in bytes(buffer[:4096]):
            return None
        raise RefusedError(f"a damaged safetensors file: {error}", hint=_AGAIN) from error


def _gguf(buffer: Buffer, path: Path) -> str | None:
    del path
    try:
        read_header(buffer)
    except ValueError as error:
        raise RefusedError(f"a damaged GGUF file: {error}", hint=_AGAIN) from error
    return "gguf"


def _hdf5(buffer: Buffer, path: Path) -> str | None:
    """HDF5 keeps names of attributes and groups as plain text, and Keras' are telling."""
    del path
    held = buffer.obj
    if not isinstance(held, mmap.mmap):
        return None
    if held.find(b"model_config") >= 0:
        return "keras_hdf5"
    # Keras 3 names groups where Keras 2 named weights
    new = held.find(b"layers\0") >= 0 and held.find(b"vars\0") >= 0
    return "hdf5_weights" if new or held.find(b"weight_names") >= 0 else None


def _pickle(buffer: Buffer, path: Path) -> str | None:
    del path
    return "pickle" if learner_of(buffer) else None


def _torch_old(buffer: Buffer, path: Path) -> str | None:
    del buffer
    return "torch_pickle" if foreign_globals(path.read_bytes()) else "torch_weights"


def _protobuf(buffer: Buffer, path: Path) -> str | None:
    del path
    return protobuf_kind(buffer)


def _paddle_lite(buffer: Buffer, path: Path) -> str | None:
    del path
    (size,) = struct.unpack_from("<Q", buffer, 18)
    version = bytes(buffer[2:18]).rstrip(b"\0")
    return "paddle_lite" if 0 < size <= len(buffer) - 26 and version.isascii() else None


_CHECKS: dict[str, Callable[[Buffer, Path], str | None]] = {
    "tflite": _tflite,
    "mnn": _mnn,
    "safetensors": _safetensors,
    "gguf": _gguf,
    "keras_hdf5": _hdf5,
    "pickle": _pickle,
    "torch_weights": _torch_old,
    "protobuf": _protobuf,
    "paddle_lite": _paddle_lite,
}

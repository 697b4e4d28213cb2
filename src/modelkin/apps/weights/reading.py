"""The weights of a model file, whatever its kind."""

import mmap
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from modelkin.apps.refused import RefusedError
from modelkin.apps.weights import (
    caffe,
    coreml,
    coreml_program,
    gguf_header,
    keras,
    mnn,
    ncnn,
    onnx,
    openvino,
    ort,
    paddle_lite,
    safetensors_header,
    saved_model,
    tf_graph,
    tflite,
    torch_storages,
    trees,
)
from modelkin.apps.weights.raw import BFLOAT16, stored
from modelkin.apps.weights.tensor import Stored, Tensor, sketch

_SAFE = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": BFLOAT16, "I64": "<i8", "I32": "<i4"}
_SAFE |= {"I16": "<i2", "I8": "i1", "U8": "u1"}
_GGUF = {0: "<f4", 1: "<f2", 28: "<f8", 30: BFLOAT16}
_NO_PARTS: Mapping[str, Path] = MappingProxyType({})
_AGAIN = "the model itself is still listed and hashed"


def read_weights(
    kind: str, path: Path, parts: Mapping[str, Path] = _NO_PARTS
) -> tuple[Tensor, ...] | None:
    """Sketches of a model's tensors; None where this kind of file is not read.

    Nothing is run or unpickled.

    Args:
        kind: name of its kind.
        path: the file.
        parts: files that belong to it, by the names that ``loose.companions`` gives them.

    Raises:
        RefusedError: the weights cannot be read, and why.
    """
    try:
        if kind in _BY_PATH:
            return tuple(sketch(_BY_PATH[kind](_mapped(path), path), path.stat().st_size))
        if kind in _ALONE:
            return tuple(sketch(_ALONE[kind](_mapped(path)), path.stat().st_size))
        if kind in _WITH_PARTS:
            held = {name: _mapped(one) for name, one in parts.items()}
            size = path.stat().st_size + sum(len(one) for one in held.values())
            return tuple(sketch(_WITH_PARTS[kind](_mapped(path), held), size))
    except (struct.error, zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise RefusedError("its weights are not compared: it is damaged", hint=_AGAIN) from error
    except ValueError as error:
        raise RefusedError(f"its weights are not compared: {error}", hint=_AGAIN) from error
    except Exception as error:  # a hostile file must not end the scan
        name = type(error).__name__
        raise RefusedError(
            f"its weights are not compared, since they cannot be read ({name})", hint=_AGAIN
        ) from error
    return None


def _mapped(path: Path) -> memoryview:
    """The file in memory, without reading it; closed when the last view of it is gone."""
    if not path.stat().st_size:
        return memoryview(b"")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _safetensors(buffer: memoryview) -> Iterator[Stored]:
    for one in safetensors_header.read_entries(buffer):
        yield stored(one.shape, buffer[one.start : one.end], _SAFE.get(one.dtype))


def _gguf(buffer: memoryview) -> Iterator[Stored]:
    for one in gguf_header.read_header(buffer):
        yield stored(one.shape[::-1], buffer[one.start : one.end], _GGUF.get(one.type))


_ALONE: dict[str, Callable[[memoryview], Iterator[Stored]]] = {
    "tflite": tflite.tensors,
    "ort": ort.tensors,
    "safetensors": _safetensors,
    "gguf": _gguf,
    "frozen_graph": tf_graph.tensors,
    "caffe": caffe.tensors,
    "mnn": mnn.tensors,
    "paddle_lite": paddle_lite.tensors,
    "lightgbm": trees.lightgbm,
    "xgboost": trees.xgboost,
    "catboost": trees.catboost,
}
_WITH_PARTS: dict[str, Callable[[memoryview, Mapping[str, memoryview]], Iterator[Stored]]] = {
    "onnx": onnx.tensors,
    "openvino": openvino.tensors,
    "ncnn": ncnn.tensors,
    "saved_model": saved_model.tensors,
    "coreml": coreml.tensors,
    "coreml_package": coreml.tensors,
    "coreml_compiled": coreml_program.compiled_tensors,
}
_BY_PATH: dict[str, Callable[[memoryview, Path], Iterator[Stored]]] = {
    "keras": keras.zip_tensors,
    "keras_hdf5": keras.hdf5_tensors,
    "hdf5_weights": keras.hdf5_tensors,
    **dict.fromkeys(
        ("torchscript", "torch_mobile", "torch_export", "torch_weights", "torch_pickle"),
        torch_storages.tensors,
    ),
}

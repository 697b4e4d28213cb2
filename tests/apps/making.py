"""Small files of every kind, and packages around them; nothing here needs a framework."""

import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np

ROOT = Path(__file__).parents[2]
ONNX = ROOT / "examples/models/fashion/source.onnx"


def field(number: int, content: bytes | int | str) -> bytes:
    """One field of a protobuf message."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    held = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(held)) + held


def varint(value: int) -> bytes:
    found = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        found.append(low | (0x80 if value else 0))
        if not value:
            return bytes(found)


def _tables(builder: flatbuffers.Builder, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def _table(builder: flatbuffers.Builder, slots: int, held: Mapping[int, int]) -> int:
    builder.StartObject(slots)
    for slot, offset in held.items():
        builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
    return int(builder.EndObject())


def _numbers(builder: flatbuffers.Builder, values: list[int]) -> int:
    builder.StartVector(4, len(values), 4)
    for value in reversed(values):
        builder.PrependInt32(value)
    return int(builder.EndVector())


def tflite(weights: list[np.ndarray[Any, np.dtype[np.float32]]] | None = None) -> bytes:
    """A TensorFlow Lite file that holds weights and no operators."""
    builder = flatbuffers.Builder(1024)
    held = weights or [np.arange(100, dtype=np.float32).reshape(10, 10)]
    buffers = [_table(builder, 3, {})]
    buffers += [_table(builder, 3, {0: builder.CreateByteVector(one.tobytes())}) for one in held]
    tensors = []
    for number, one in enumerate(held):
        shape, name = _numbers(builder, list(one.shape)), builder.CreateString(f"t{number}")
        builder.StartObject(5)
        builder.PrependUOffsetTRelativeSlot(0, shape, 0)
        builder.PrependUint32Slot(2, number + 1, 0)
        builder.PrependUOffsetTRelativeSlot(3, name, 0)
        tensors.append(builder.EndObject())
    graph = _table(builder, 5, {0: _tables(builder, tensors)})
    slots = {2: _tables(builder, [graph]), 4: _tables(builder, buffers)}
    builder.Finish(_table(builder, 8, slots), file_identifier=b"TFL3")
    return bytes(builder.Output())


def mnn() -> bytes:
    builder = flatbuffers.Builder(1024)
    names = [builder.CreateString(name) for name in ("image", "scores")]
    indices, title = _numbers(builder, [0]), builder.CreateString("conv")
    operator = _table(builder, 7, {0: indices, 3: title})
    tensor_names, operators = _tables(builder, names), _tables(builder, [operator])
    builder.StartObject(10)
    builder.PrependUOffsetTRelativeSlot(3, operators, 0)
    builder.PrependUOffsetTRelativeSlot(7, tensor_names, 0)
    builder.PrependInt32Slot(8, 2, 0)
    builder.PrependInt32Slot(9, 1, 0)
    builder.Finish(builder.EndObject())
    return bytes(builder.Output())


def safetensors(tensors: Mapping[str, np.ndarray[Any, np.dtype[np.float32]]]) -> bytes:
    header, content = {}, b""
    for name, one in tensors.items():
        offsets = [len(content), len(content) + one.nbytes]
        header[name] = {"dtype": "F32", "shape": list(one.shape), "data_offsets": offsets}
        content += one.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content


def gguf(tensor: np.ndarray[Any, np.dtype[np.float32]]) -> bytes:
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 2)
    head += text("general.name") + struct.pack("<I", 8) + text("tiny")
    head += text("list") + struct.pack("<IIQ3I", 9, 4, 3, 1, 2, 3)
    head += text("w") + struct.pack("<I", tensor.ndim)
    head += struct.pack(f"<{tensor.ndim}Q", *tensor.shape[::-1]) + struct.pack("<IQ", 0, 0)
    return head + b"\0" * (-len(head) % 32) + tensor.tobytes()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, held in files.items():
            archive.writestr(zipfile.ZipInfo(name), held, compress_type=method)
    return content.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode=mode) as archive:  # type: ignore[call-overload]
        for name, held in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(held)
            archive.addfile(member, io.BytesIO(held))
    return content.getvalue()


def torch_zip(storage: bytes, *, script: bool = False, mobile: bool = False) -> bytes:
    plain = b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01."
    files = {"archive/data.pkl": plain, "archive/data/0": storage, "archive/version": b"3\n"}
    if script:
        files |= {"archive/constants.pkl": b"\x80\x02).", "archive/code/__torch__.py": b"class M:"}
    if mobile:
        files |= {"archive/bytecode.pkl": b"\x80\x02)."}
    return zipped(files, zipfile.ZIP_STORED)


def samples() -> dict[str, tuple[str, bytes]]:
    """Name of the sample to (kind, content)."""
    node = field(1, "layer/weights") + field(2, "Const")
    graph = field(1, node) + field(1, field(1, "out") + field(2, "MatMul") + field(3, "x"))
    vector = np.linspace(-1, 1, 64, dtype=np.float32)
    text = b"tree\nversion=v4\nnum_class=1\n"
    layer = field(1, "conv1") + field(2, "Convolution")
    old = field(4, "conv1") + field(5, 4)
    estimator = b"\x80\x03csklearn.linear_model._base\nLinearRegression\nq\x00)\x81q\x01."
    return {
        "tflite": ("tflite", tflite()),
        "tflite with metadata": ("tflite", tflite() + zipped({"labels.txt": b"cat\ndog\n"})),
        "onnx": ("onnx", ONNX.read_bytes()),
        "mnn": ("mnn", mnn()),
        "safetensors": ("safetensors", safetensors({"w": vector})),
        "gguf": ("gguf", gguf(vector.reshape(8, 8))),
        "ggml": ("ggml", b"lmgg" + bytes(100)),
        "torch weights": ("torch_weights", torch_zip(vector.tobytes())),
        "torchscript": ("torchscript", torch_zip(vector.tobytes(), script=True)),
        "torch mobile": ("torch_mobile", torch_zip(vector.tobytes(), script=True, mobile=True)),
        "torch export": ("torch_export", zipped({"m/archive_format": b"pt2", "m/x": b"1"})),
        "executorch": ("executorch", b"\x30\0\0\0ET12" + bytes(200)),
        "keras": ("keras", zipped({"config.json": b"{}", "model.weights.h5": b"\x89HDF"})),
        "keras hdf5": ("keras_hdf5", b"\x89HDF\r\n\x1a\n" + bytes(500) + b"model_config\0"),
        "hdf5 weights": ("hdf5_weights", b"\x89HDF\r\n\x1a\n" + bytes(500) + b"weight_names\0"),
        "saved model": ("saved_model", field(1, 1) + field(2, field(1, b"") + field(2, graph))),
        "frozen graph": ("frozen_graph", graph + field(4, field(1, 27))),
        "coreml": ("coreml", field(1, 4) + field(2, field(100, field(1, "x"))) + field(500, b"\0")),
        "coreml compiled": ("coreml_compiled", b"program(1.0)\n[buildInfo = dict]\n{ func main }"),
        "ncnn": ("ncnn", b"7767517\n3 3\nInput data 0 1 data\n"),
        "ncnn binary": ("ncnn", struct.pack("<3I", 7767517, 3, 3)),
        "paddle lite": (
            "paddle_lite",
            struct.pack("<H16sQ", 2, b"v2.10", 32) + bytes(range(1, 101)),
        ),
        "openvino": (
            "openvino",
            b'<?xml version="1.0"?>\n<net name="m" version="11"><layers/></net>',
        ),
        "caffe": ("caffe", field(1, "net") + field(100, layer)),
        "caffe, old": ("caffe", field(1, "net") + field(2, old)),
        "caffe text": ("caffe_text", b'name: "net"\nlayer {\n  name: "c"\n  type: "Pooling"\n}\n'),
        "lightgbm": ("lightgbm", text),
        "xgboost": ("xgboost", b'{"learner":{"attributes":{}}}'),
        "xgboost, old": ("xgboost_binary", b"binf" + bytes(100)),
        "catboost": ("catboost", b"CBM1" + bytes(100)),
        "skops": ("skops", zipped({"schema.json": b"{}", "0.npy": b"x"})),
        "pickle": ("pickle", estimator),
    }


def others() -> dict[str, bytes]:
    """Files that are no models, some of them nearly."""
    rng = np.random.default_rng(0)
    return {
        "text": b"\nname of the game\nlayer by layer\n",
        "page": b"<?xml version='1.0'?>" + b"<!-- note -->" * 300 + b"<nett/>",
        "json": b'{"version": [1], "model": "none"}',
        "picture": b"\x89PNG\r\n\x1a\n" + rng.bytes(5000),
        "protobuf": field(1, 3) + field(2, "hello") + field(3, "world"),
        "flatbuffer": b"\x10\0\0\0\0\0\0\0" + bytes(100),
        "pickle of a list": b"\x80\x04]\x94(K\x01K\x02e.",
        "hdf5 of something": b"\x89HDF\r\n\x1a\n" + bytes(500),
        "zeros": bytes(5000),
        "program": b"\x7fELF" + rng.bytes(3000),
        "newlines": b"\n" * 5000,
        "nothing": b"",
    }


def manifest_bytes(package: str, version: str) -> bytes:
    """A compiled AndroidManifest.xml with one element."""
    strings = ["versionName", "package", "manifest", package, version, "http://a"]
    pool, offsets = b"", []
    for one in strings:
        offsets.append(len(pool))
        pool += struct.pack("<H", len(one)) + one.encode("utf-16-le") + b"\0\0"
    pool += b"\0" * (-len(pool) % 4)
    start = 28 + 4 * len(strings)
    body = struct.pack(f"<{len(strings)}I", *offsets) + pool
    head = struct.pack("<HHIIIIII", 1, 28, start + len(pool), len(strings), 0, 0, start, 0)
    resources = struct.pack("<HHII", 0x180, 8, 12, 0x0101021C)
    none = 0xFFFFFFFF
    attributes = struct.pack("<IIIHBBI", none, 0, 4, 8, 0, 3, 4)
    attributes += struct.pack("<IIIHBBI", none, 1, 3, 8, 0, 3, 3)
    element = struct.pack("<IIIIHHHHHH", 1, none, none, 2, 20, 20, 2, 0, 0, 0) + attributes
    begin = struct.pack("<HHI", 0x102, 16, 8 + len(element)) + element
    end = struct.pack("<HHIIIII", 0x103, 16, 24, 1, none, none, 2)
    content = head + body + resources + begin + end
    return struct.pack("<HHI", 3, 8, 8 + len(content)) + content

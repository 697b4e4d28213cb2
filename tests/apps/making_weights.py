"""One tensor in every format whose weights are read, written by its public definition.

Exporters themselves are tried in ``tests/apps/exporting``.
"""

import json
import struct
from collections.abc import Callable
from typing import Any

import flatbuffers
import numpy as np
from tests.apps.making import _numbers, _table, _tables, field, varint, zipped

Weights = np.ndarray[Any, np.dtype[np.float32]]
Files = dict[str, bytes]


def openvino(one: Weights, kind: str = "f32") -> Files:
    content = one.astype({"f32": "<f4", "f16": "<f2"}[kind]).tobytes()
    shape = ", ".join(map(str, one.shape))
    xml = (
        '<?xml version="1.0"?>\n<net name="m" version="11"><layers>'
        '<layer id="0" name="x" type="Parameter"><data shape="1,3" element_type="f32"/></layer>'
        f'<layer id="1" name="w" type="Const"><data element_type="{kind}" shape="{shape}" '
        f'offset="16" size="{len(content)}"/></layer></layers></net>'
    )
    return {"net.xml": xml.encode(), "net.bin": bytes(16) + content}


def openvino_old(one: Weights) -> Files:
    content = one.tobytes()
    xml = (
        '<net name="m" version="7"><layers><layer id="1" name="c" precision="FP32" '
        f'type="Convolution"><blobs><weights offset="0" size="{len(content)}"/></blobs></layer>'
        "</layers></net>"
    )
    return {"net.xml": xml.encode(), "net.bin": content}


def tf_tensor(one: Weights) -> bytes:
    shape = b"".join(field(2, field(1, size)) for size in one.shape)
    return field(1, 1) + field(2, shape) + field(4, one.tobytes())


def tf_node(one: Weights) -> bytes:
    value = field(1, "value") + field(2, field(8, tf_tensor(one)))
    return field(1, "w") + field(2, "Const") + field(5, value)


def tf_graph(one: Weights) -> bytes:
    return field(1, tf_node(one)) + field(1, field(1, "out") + field(2, "MatMul") + field(3, "w"))


def frozen_graph(one: Weights) -> Files:
    return {"model.pb": tf_graph(one) + field(4, field(1, 27))}


def frozen_function(one: Weights) -> Files:
    first = field(1, field(1, "x") + field(2, "Placeholder"))
    return {"model.pb": first + field(2, field(1, field(3, tf_node(one))))}


def _block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """A block of LevelDB's table: keys share their beginnings; one restart."""
    content, last = b"", b""
    for key, value in entries:
        shared = 0
        while shared < min(len(key), len(last)) and key[shared] == last[shared]:
            shared += 1
        own = key[shared:]
        content += varint(shared) + varint(len(own)) + varint(len(value)) + own + value
        last = key
    return content + struct.pack("<II", 0, 1)


def saved_model(one: Weights) -> Files:
    shape = b"".join(field(2, field(1, size)) for size in one.shape)
    entry = field(1, 1) + field(2, shape) + field(3, 0) + field(4, 8) + field(5, one.nbytes)
    names = [(b"", field(1, 1)), (b"variables/0", entry), (b"variables/1", entry)]
    data = _block(names[:2])
    index = _block([(b"w", varint(0) + varint(len(data)))])
    place = len(data) + 5
    meta = _block([])
    where = place + len(index) + 5
    footer = varint(where) + varint(len(meta)) + varint(place) + varint(len(index))
    footer = footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
    table = data + bytes(5) + index + bytes(5) + meta + bytes(5) + footer
    graph = field(1, field(1, "x") + field(2, "Placeholder"))
    return {
        "saved_model.pb": field(1, 1) + field(2, field(1, b"") + field(2, graph)),
        "variables/variables.index": table,
        "variables/variables.data-00000-of-00001": bytes(8) + one.tobytes(),
    }


def caffe(one: Weights) -> Files:
    shape = field(1, b"".join(varint(size) for size in one.shape))
    blob = field(7, shape) + field(5, one.tobytes())
    layer = field(1, "conv1") + field(2, "Convolution") + field(7, blob)
    return {"net.caffemodel": field(1, "net") + field(100, layer)}


def caffe_old(one: Weights) -> Files:
    sizes = (*((1,) * (4 - one.ndim)), *one.shape)
    blob = b"".join(field(number + 1, size) for number, size in enumerate(sizes))
    layer = field(4, "conv1") + field(5, 4) + field(6, blob + field(5, one.tobytes()))
    return {"net.caffemodel": field(1, "net") + field(2, layer)}


def _coreml(model: bytes) -> bytes:
    return field(1, 4) + field(2, field(100, field(1, "x"))) + model


def coreml_network(one: Weights) -> Files:
    weights = field(1, one.tobytes())
    layer = field(1, one.shape[1]) + field(2, one.shape[0]) + field(20, weights)
    network = field(1, field(1, "dense") + field(140, layer))
    return {"m.mlmodel": _coreml(field(500, network))}


def coreml_pipeline(one: Weights) -> Files:
    inner = coreml_network(one)["m.mlmodel"]
    return {"m.mlmodel": _coreml(field(202, field(1, inner) + field(2, "first")))}


def blobs(one: Weights) -> bytes:
    head = struct.pack("<II56x", 1, 2)
    about = struct.pack("<IIQQ40x", 0xDEADBEEF, 1, one.size * 2, 128)
    return head + about + one.astype("<f2").tobytes()


def coreml_program(one: Weights) -> Files:
    sizes = b"".join(field(3, field(1, field(1, size))) for size in one.shape)
    kind = field(1, field(1, 10) + field(2, one.ndim) + sizes)
    value = field(2, kind) + field(5, field(1, "@model_path/weights/weight.bin") + field(2, 64))
    operation = field(1, "const") + field(5, field(1, "val") + field(2, value))
    block = field(1, "CoreML5") + field(2, field(3, operation))
    program = field(1, 1) + field(2, field(1, "main") + field(2, field(3, block)))
    return {"m.mlmodel": _coreml(field(502, program)), "weights/weight.bin": blobs(one)}


def coreml_compiled(one: Weights) -> Files:
    sizes = ", ".join(map(str, one.shape))
    text = (
        "program(1.0)\n[buildInfo = dict<tensor<string, []>, tensor<string, []>>({})]\n{\n"
        "  func main<ios15>(tensor<fp32, [1, 3]> x) {\n"
        f'      tensor<fp16, [{sizes}]> w = const()[name = tensor<string, []>("w"), val = '
        f'tensor<fp16, [{sizes}]>(BLOBFILE(path = tensor<string, []>("@model_path/weights/'
        'weight.bin"), offset = tensor<uint64, []>(64)))];\n  } -> (w);\n}\n'
    )
    return {"model.mil": text.encode(), "weights/weight.bin": blobs(one)}


def coreml_compiled_new(one: Weights) -> Files:
    files = coreml_compiled(one)
    text = files["model.mil"].replace(b"tensor<uint64, []>", b"uint64")
    return {**files, "model.mil": text.replace(b'tensor<string, []>("@', b'string("@')}


def ncnn(one: Weights, mark: int = 0) -> Files:
    out = one.shape[0]
    text = (
        "7767517\n3 3\nInput data 0 1 data 0=32\n"
        f"BatchNorm bn 1 1 data mid 0=4\n"
        f"InnerProduct fc 1 1 mid out 0={out} 1=1 2={one.size} 9=1 -23310=1,1.000000e-01\n"
    )
    return {"net.param": text.encode(), "net.bin": _ncnn_bin(one, mark)}


def ncnn_binary(one: Weights) -> Files:
    words = [7767517, 3, 3, 16, 0, 1, 0, 0, 32, -233, 2, 1, 1, 0, 1, 0, 4, -233]
    words += [15, 1, 1, 1, 2, 0, one.shape[0], 1, 1, 2, one.size, -23310, 1, 0, -233]
    return {"net.param.bin": struct.pack(f"<{len(words)}i", *words), "net.bin": _ncnn_bin(one, 0)}


def _ncnn_bin(one: Weights, mark: int) -> bytes:
    norm, bias = bytes(4 * 4 * 4), bytes(4 * one.shape[0])
    if mark == 0x01306B47:
        content = one.astype("<f2").tobytes()
    elif mark == 0x000D4B38:
        content = np.round(one * 30).astype(np.int8).tobytes()
    elif mark == 0x01020304:
        table = np.linspace(one.min(), one.max(), 256, dtype=np.float32)
        places = np.abs(one.reshape(-1, 1) - table).argmin(axis=1).astype(np.uint8)
        content = table.tobytes() + places.tobytes()
    else:
        content = one.tobytes()
    return norm + struct.pack("<I", mark) + content + bytes(-len(content) % 4) + bias


def _bytes(builder: flatbuffers.Builder, content: bytes, width: int = 1) -> int:
    """A vector of numbers that are already bytes."""
    builder.StartVector(width, len(content) // width, width)
    builder.head -= len(content)
    builder.Bytes[builder.head : builder.head + len(content)] = content
    return int(builder.EndVector())


def mnn(one: Weights, kind: str = "plain") -> Files:
    """A convolution of 1 x 1, with one channel for each row."""
    builder = flatbuffers.Builder(1024)
    builder.StartObject(12)
    builder.PrependInt32Slot(10, one.shape[0], 0)
    common = int(builder.EndObject())
    slots = {0: common}
    if kind == "plain":
        slots[1] = _bytes(builder, one.tobytes(), 4)
    else:
        slots[3] = _mnn_packed(builder, one, kind)
    main = _table(builder, 7, slots)
    indices, title = _numbers(builder, [0]), builder.CreateString("conv")
    builder.StartObject(7)
    builder.PrependUOffsetTRelativeSlot(0, indices, 0)
    builder.PrependUint8Slot(1, 9, 0)
    builder.PrependUOffsetTRelativeSlot(2, main, 0)
    builder.PrependUOffsetTRelativeSlot(3, title, 0)
    operator = int(builder.EndObject())
    names = [builder.CreateString(name) for name in ("image", "scores")]
    tensor_names, operators = _tables(builder, names), _tables(builder, [operator])
    builder.StartObject(12)
    builder.PrependUOffsetTRelativeSlot(3, operators, 0)
    builder.PrependUOffsetTRelativeSlot(7, tensor_names, 0)
    builder.PrependInt32Slot(8, 2, 0)
    builder.PrependInt32Slot(9, 1, 0)
    builder.Finish(builder.EndObject())
    return {"net.mnn": bytes(builder.Output())}


def _mnn_packed(builder: flatbuffers.Builder, one: Weights, kind: str) -> int:
    step = np.abs(one).max(axis=1, keepdims=True) / 7
    whole = np.round(one / step).astype(np.int8)
    alpha = np.broadcast_to(step, (len(one), 1)).astype("<f4").tobytes()
    if kind == "half":
        number, content = 3, one.astype("<f2").tobytes()
    elif kind == "bytes":
        number, content = 4, whole.tobytes()
    else:
        number = 1
        samples = np.unique(whole)
        bits = int(len(samples) - 1).bit_length()
        places = np.searchsorted(samples, whole.ravel()).astype(np.uint8)
        spread = np.unpackbits(places[:, None], axis=1)[:, -bits:].ravel()
        head = struct.pack("<BHH", 2, *one.shape) + struct.pack("<B", len(samples))
        content = head + samples.tobytes() + np.packbits(spread).tobytes()
    held, scales = _bytes(builder, content), _bytes(builder, alpha, 4)
    builder.StartObject(12)
    builder.PrependUOffsetTRelativeSlot(0, held, 0)
    builder.PrependUOffsetTRelativeSlot(1, scales, 0)
    builder.PrependInt32Slot(2, number, 0)
    builder.PrependFloat32Slot(4, 1.0, 0.0)
    return int(builder.EndObject())


def _paddle_parameter(builder: flatbuffers.Builder, one: Weights) -> int:
    builder.StartVector(8, one.ndim, 8)
    for size in reversed(one.shape):
        builder.PrependInt64(size)
    sizes = builder.EndVector()
    content = _bytes(builder, one.tobytes())
    builder.StartObject(5)
    builder.PrependUOffsetTRelativeSlot(2, sizes, 0)
    builder.PrependInt32Slot(3, 5, 0)
    builder.PrependUOffsetTRelativeSlot(4, content, 0)
    tensor, name = int(builder.EndObject()), builder.CreateString("w")
    builder.StartObject(4)
    builder.PrependUOffsetTRelativeSlot(1, name, 0)
    builder.PrependUint8Slot(2, 1, 0)
    builder.PrependUOffsetTRelativeSlot(3, tensor, 0)
    return int(builder.EndObject())


def paddle_lite(one: Weights) -> Files:
    builder = flatbuffers.Builder(1024)
    builder.Finish(_paddle_parameter(builder, one))
    held = bytes(builder.Output())
    rest = struct.pack("<HHHHI", 0, 0, 6, 1, one.nbytes)
    rest += struct.pack("<II", len(held) + 4, 4) + held
    return {"m.nb": struct.pack("<H16sQ", 2, b"v2.10", 32) + bytes(range(1, 33)) + rest}


def paddle_lite_listed(one: Weights) -> Files:
    builder = flatbuffers.Builder(1024)
    listed = _tables(builder, [_paddle_parameter(builder, one)])
    builder.Finish(_table(builder, 1, {0: listed}))
    head = struct.pack("<H16sQ", 1, b"v2.8", 32) + bytes(range(1, 33))
    return {"m.nb": head + bytes(builder.Output())}


def onnx_outside(one: Weights, location: str = "net.onnx_data") -> Files:
    pairs = {"location": location, "offset": "64", "length": str(one.nbytes)}
    outside = b"".join(field(13, field(1, key) + field(2, held)) for key, held in pairs.items())
    sizes = b"".join(field(1, size) for size in one.shape)
    tensor = sizes + field(2, 1) + field(8, "w") + outside + field(14, 1)
    node = field(1, "x") + field(1, "w") + field(2, "y") + field(4, "MatMul")
    graph = field(1, node) + field(2, "g") + field(5, tensor)
    content = field(1, 8) + field(7, graph) + field(8, field(2, 17))
    return {"net.onnx": content, "net.onnx_data": bytes(64) + one.tobytes()}


FORMATS: dict[str, tuple[str, Callable[[Weights], Files]]] = {
    "openvino": ("openvino", openvino),
    "openvino, half": ("openvino", lambda one: openvino(one, "f16")),
    "openvino, old": ("openvino", openvino_old),
    "frozen graph": ("frozen_graph", frozen_graph),
    "frozen graph, function": ("frozen_graph", frozen_function),
    "saved model": ("saved_model", saved_model),
    "caffe": ("caffe", caffe),
    "caffe, old": ("caffe", caffe_old),
    "coreml network": ("coreml", coreml_network),
    "coreml pipeline": ("coreml", coreml_pipeline),
    "coreml program": ("coreml_package", coreml_program),
    "coreml compiled": ("coreml_compiled", coreml_compiled),
    "coreml compiled, new": ("coreml_compiled", coreml_compiled_new),
    "ncnn": ("ncnn", ncnn),
    "ncnn, half": ("ncnn", lambda one: ncnn(one, 0x01306B47)),
    "ncnn, bytes": ("ncnn", lambda one: ncnn(one, 0x000D4B38)),
    "ncnn, table": ("ncnn", lambda one: ncnn(one, 0x01020304)),
    "ncnn, raw": ("ncnn", lambda one: ncnn(one, 0x0002C056)),
    "ncnn, binary": ("ncnn", ncnn_binary),
    "mnn": ("mnn", mnn),
    "mnn, half": ("mnn", lambda one: mnn(one, "half")),
    "mnn, bytes": ("mnn", lambda one: mnn(one, "bytes")),
    "mnn, packed": ("mnn", lambda one: mnn(one, "packed")),
    "paddle lite": ("paddle_lite", paddle_lite),
    "paddle lite, listed": ("paddle_lite", paddle_lite_listed),
    "onnx, outside": ("onnx", onnx_outside),
}


def ubjson(value: object) -> bytes:
    """Binary JSON as XGBoost writes it: typed lists of numbers, keys without a mark."""
    if isinstance(value, dict):
        held = b"".join(_key(key) + ubjson(one) for key, one in value.items())
        return b"{" + held + b"}"
    if isinstance(value, np.ndarray):
        mark, form = {"f": (b"d", ">f4"), "i": (b"l", ">i4")}[value.dtype.kind]
        length = b"L" + struct.pack(">q", len(value))
        return b"[$" + mark + b"#" + length + value.astype(form).tobytes()
    if isinstance(value, list):
        return b"[" + b"".join(ubjson(one) for one in value) + b"]"
    if isinstance(value, str):
        return b"S" + _key(value)
    raise TypeError(value)


def _key(text: str) -> bytes:
    return b"L" + struct.pack(">q", len(text)) + text.encode()


def xgboost_trees(seed: int, count: int) -> dict[str, object]:
    rng = np.random.default_rng(seed)
    trees = [
        {
            "split_conditions": rng.normal(size=31).astype(np.float32),
            "split_indices": rng.integers(0, 8, size=31).astype(np.int32),
        }
        for _ in range(count)
    ]
    return {"learner": {"gradient_booster": {"model": {"trees": trees}, "name": "gbtree"}}}


def catboost_trees(seed: int, count: int) -> bytes:
    """Symmetric trees of depth 4."""
    rng = np.random.default_rng(seed)
    builder = flatbuffers.Builder(1024)
    sizes = _numbers(builder, [4] * count)
    leaves = _bytes(builder, rng.normal(size=16 * count).astype("<f8").tobytes(), 8)
    builder.StartObject(11)
    builder.PrependInt32Slot(0, 1, 0)
    builder.PrependUOffsetTRelativeSlot(2, sizes, 0)
    builder.PrependUOffsetTRelativeSlot(8, leaves, 0)
    trees = int(builder.EndObject())
    builder.Finish(_table(builder, 4, {1: trees}))
    core = bytes(builder.Output())
    return b"CBM1" + struct.pack("<I", len(core)) + core


def lightgbm_trees(count: int) -> bytes:
    lines = [
        b"Tree=%d\nnum_leaves=9\nsplit_feature=%s\nthreshold=%s\nleaf_value=0.1 0.2 0.3 0.4\n"
        % (number, b"3 1 2 0 5 6 7 8", b"0.25 0.5 0.75 1.25 1.5 1.75 2.5 %d" % number)
        for number in range(count)
    ]
    return b"tree\nversion=v4\nnum_class=1\n\n" + b"\n".join(lines)


def plain_json(value: object) -> str:
    return json.dumps(value, default=lambda one: one.tolist())


def keras_zip(weights: bytes) -> bytes:
    files = {"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": weights}
    return zipped(files, 0)

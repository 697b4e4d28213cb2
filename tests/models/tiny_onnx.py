"""ONNX files written by hand, so that the core's tests need no other package.

Only what the tests use of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto: nodes with
whole-number and text attributes, constants, free or fixed batch sizes, tensors and maps.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

FLOAT, UINT8, INT64, FLOAT16 = 1, 2, 7, 10
STRING = 8
MAPS_OF_TEXT, MAPS_OF_INT = -STRING, -INT64
_OPSET, _ML_OPSET = 13, 3
_ML = "ai.onnx.ml"
_IR_VERSION = 8

Attributes = dict[str, int | list[int] | list[str]]
Node = tuple[str, Sequence[str], Sequence[str], Attributes]
Value = tuple[str, int, Sequence[int | str]]
Constant = npt.NDArray[np.float32] | npt.NDArray[np.int64]


def _varint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes | str) -> bytes:
    raw = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(raw)) + raw


def _attribute(name: str, value: int | list[int] | list[str]) -> bytes:
    if isinstance(value, int):
        return _bytes(1, name) + _number(3, value) + _number(20, 2)
    texts = [one for one in value if isinstance(one, str)]
    if texts:
        return _bytes(1, name) + b"".join(_bytes(9, one) for one in texts) + _number(20, 8)
    whole = b"".join(_number(8, one) for one in value if isinstance(one, int))
    return _bytes(1, name) + whole + _number(20, 7)


def _node(node: Node) -> bytes:
    kind, inputs, outputs, attributes = node
    domain, _, kind = kind.rpartition(":")  # "ml:ZipMap" is of the second operator set
    found = b"".join(_bytes(1, name) for name in inputs)
    found += b"".join(_bytes(2, name) for name in outputs) + _bytes(4, kind)
    found += b"".join(_bytes(5, _attribute(name, value)) for name, value in attributes.items())
    return found + (_bytes(7, _ML) if domain else b"")


def _constant(name: str, value: Constant) -> bytes:
    dims = b"".join(_number(1, size) for size in value.shape)
    kind = FLOAT if value.dtype == np.float32 else INT64
    return dims + _number(2, kind) + _bytes(8, name) + _bytes(9, value.tobytes())


def _value(value: Value) -> bytes:
    name, kind, shape = value
    if kind < 0:
        scores = _bytes(1, _number(1, FLOAT))
        maps = _bytes(5, _number(1, -kind) + _bytes(2, scores))
        return _bytes(1, name) + _bytes(2, _bytes(4, _bytes(1, maps)))
    sizes = b"".join(
        _bytes(1, _bytes(2, size) if isinstance(size, str) else _number(1, size)) for size in shape
    )
    tensor = _number(1, kind) + _bytes(2, sizes)
    return _bytes(1, name) + _bytes(2, _bytes(1, tensor))


def write_onnx(
    path: Path,
    *,
    nodes: Sequence[Node],
    constants: dict[str, Constant],
    inputs: Sequence[Value],
    outputs: Sequence[Value],
) -> Path:
    """Write a model of these nodes; a name as a size leaves it open."""
    graph = b"".join(_bytes(1, _node(node)) for node in nodes) + _bytes(2, "g")
    graph += b"".join(_bytes(5, _constant(name, value)) for name, value in constants.items())
    graph += b"".join(_bytes(11, _value(value)) for value in inputs)
    graph += b"".join(_bytes(12, _value(value)) for value in outputs)
    sets = _bytes(8, _bytes(1, "") + _number(2, _OPSET))
    sets += _bytes(8, _bytes(1, _ML) + _number(2, _ML_OPSET))
    path.write_bytes(_number(1, _IR_VERSION) + _bytes(7, graph) + sets)
    return path


def weights(rows: int, columns: int) -> npt.NDArray[np.float32]:
    """Some fixed weights."""
    drawn = np.random.default_rng(7).normal(size=(rows, columns))
    return drawn.astype(np.float32)


def write_classifier(path: Path, *, batch: int | str = "n", columns: int = 4) -> Path:
    """Write softmax(x @ w) of three classes."""
    return write_onnx(
        path,
        nodes=[("MatMul", ["x", "w"], ["z"], {}), ("Softmax", ["z"], ["p"], {})],
        constants={"w": weights(columns, 3)},
        inputs=[("x", FLOAT, (batch, columns))],
        outputs=[("p", FLOAT, (batch, 3))],
    )


def write_maps(path: Path, classes: list[int] | list[str], *, zipped: bool = True) -> Path:
    """Write the same classifier as converters of scikit-learn do: a label and a map of scores."""
    text = isinstance(classes[0], str)
    names: list[str] = [str(name) for name in classes]
    nodes: list[Node] = [
        ("MatMul", ["x", "w"], ["z"], {}),
        ("Softmax", ["z"], ["p"], {}),
        ("ArgMax", ["p"], ["index"], {"axis": 1, "keepdims": 0}),
    ]
    if text:
        codes: Attributes = {"keys_int64s": [0, 1, 2], "values_strings": names}
        nodes.append(("ml:LabelEncoder", ["index"], ["label"], codes))
    else:
        nodes.append(("Identity", ["index"], ["label"], {}))
    if zipped:
        key = "classlabels_strings" if text else "classlabels_int64s"
        nodes.append(("ml:ZipMap", ["p"], ["scores"], {key: classes}))
    scores: Value = ("scores", MAPS_OF_TEXT if text else MAPS_OF_INT, ())
    return write_onnx(
        path,
        nodes=nodes,
        constants={"w": weights(4, 3)},
        inputs=[("x", FLOAT, ("n", 4))],
        outputs=[
            ("label", STRING if text else INT64, ("n",)),
            scores if zipped else ("p", FLOAT, ("n", 3)),
        ],
    )

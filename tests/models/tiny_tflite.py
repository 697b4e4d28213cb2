"""LiteRT files built from the schema that the ai-edge-litert package carries."""

import importlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tests.models.tiny_onnx import weights

_TYPES = {"float32": "FLOAT32", "uint8": "UINT8", "int8": "INT8", "int32": "INT32"}
Quantization = tuple[float, int]


class _Builder:
    """Collects tensors, buffers and operators of one graph."""

    def __init__(self) -> None:
        from ai_edge_litert import schema_py_generated as schema

        self.schema: Any = schema
        self.buffers = [schema.BufferT()]
        self.tensors: list[Any] = []
        self.codes: list[Any] = []
        self.operators: list[Any] = []

    def tensor(
        self,
        name: str,
        shape: tuple[int, ...],
        *,
        dtype: str = "float32",
        value: npt.NDArray[Any] | None = None,
        quantization: Quantization | None = None,
        free: bool = False,
        open_width: bool = False,
    ) -> int:
        tensor = self.schema.TensorT()
        tensor.name, tensor.shape = name, list(shape)
        tensor.type = getattr(self.schema.TensorType, _TYPES[dtype])
        if free:
            tensor.shapeSignature = [-1, *shape[1:]]
        if open_width:
            tensor.shapeSignature = [-1, -1]
        if quantization is not None:
            tensor.quantization = self.schema.QuantizationParametersT()
            tensor.quantization.scale = [quantization[0]]
            tensor.quantization.zeroPoint = [quantization[1]]
        if value is not None:
            buffer = self.schema.BufferT()
            buffer.data = list(value.tobytes())
            self.buffers.append(buffer)
            tensor.buffer = len(self.buffers) - 1
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def operator(self, kind: str, inputs: list[int], output: int, options: str = "") -> None:
        code = self.schema.OperatorCodeT()
        code.builtinCode = getattr(self.schema.BuiltinOperator, kind)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = 1
        self.codes.append(code)
        operator = self.schema.OperatorT()
        operator.opcodeIndex = len(self.codes) - 1
        operator.inputs, operator.outputs = inputs, [output]
        if options:
            operator.builtinOptionsType = getattr(self.schema.BuiltinOptions, options)
            operator.builtinOptions = getattr(self.schema, options + "T")()
            if options == "SoftmaxOptions":
                operator.builtinOptions.beta = 1.0
        self.operators.append(operator)

    def write(self, path: Path, inputs: list[int], outputs: list[int]) -> Path:
        flatbuffers: Any = importlib.import_module("flatbuffers")
        graph = self.schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = inputs, outputs
        model = self.schema.ModelT()
        model.version, model.subgraphs = 3, [graph]
        model.operatorCodes, model.buffers = self.codes, self.buffers
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), b"TFL3")
        path.write_bytes(bytes(builder.Output()))
        return path


def write_float(path: Path, *, free: bool = True) -> Path:
    """Write softmax(x @ w) of three classes on rows of four, the ONNX twin of tiny_onnx."""
    made = _Builder()
    x = made.tensor("x", (1, 4), free=free)
    w = made.tensor("w", (3, 4), value=np.ascontiguousarray(weights(4, 3).T))
    z = made.tensor("z", (1, 3), free=free)
    p = made.tensor("p", (1, 3), free=free)
    made.operator("FULLY_CONNECTED", [x, w, -1], z, "FullyConnectedOptions")
    made.operator("SOFTMAX", [z], p, "SoftmaxOptions")
    return made.write(path, [x], [p])


def write_open_width(path: Path, *, dense: bool = True) -> Path:
    """Write (x - mean) @ w of rows whose width the input leaves open; without ``dense``, -x."""
    made = _Builder()
    x = made.tensor("x", (1, 1), open_width=True)
    y = made.tensor("y", (1, 4 if dense else 1), open_width=True)
    if not dense:
        made.operator("NEG", [x], y, "NegOptions")
        return made.write(path, [x], [y])
    mean = made.tensor("mean", (1, 4), value=np.zeros((1, 4), dtype=np.float32))
    w = made.tensor("w", (3, 4), value=np.ascontiguousarray(weights(4, 3).T))
    z = made.tensor("z", (1, 3), free=True)
    made.operator("SUB", [x, mean], y, "SubOptions")
    made.operator("FULLY_CONNECTED", [y, w, -1], z, "FullyConnectedOptions")
    return made.write(path, [x], [z])


def write_quantized(path: Path, *, scale: float, zero_point: int) -> Path:
    """Write a uint8 picture in and, after a change of scale, uint8 out."""
    made = _Builder()
    x = made.tensor("x", (1, 8, 8, 3), dtype="uint8", quantization=(scale, zero_point))
    y = made.tensor("y", (1, 8, 8, 3), dtype="uint8", quantization=(0.5, 3))
    made.operator("QUANTIZE", [x], y, "QuantizeOptions")
    return made.write(path, [x], [y])


def write_scaling(path: Path, *, factor: float) -> Path:
    """Write x * factor - 1 of a picture."""
    made = _Builder()
    x = made.tensor("x", (1, 8, 8, 3))
    a = made.tensor("a", (1,), value=np.array([factor], dtype=np.float32))
    b = made.tensor("b", (1,), value=np.array([1], dtype=np.float32))
    y = made.tensor("y", (1, 8, 8, 3))
    z = made.tensor("z", (1, 8, 8, 3))
    made.operator("MUL", [x, a], y, "MulOptions")
    made.operator("SUB", [y, b], z, "SubOptions")
    return made.write(path, [x], [z])


def append_labels(path: Path, names: list[str]) -> Path:
    """Append a label file as metadata tools do."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("labels.txt", "\n".join(names) + "\n")
    return path

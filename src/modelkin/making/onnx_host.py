"""ONNX files as models whose weights can be changed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.making.strengths import Strength
from modelkin.making.weights import Weight
from modelkin.models.extras import require
from modelkin.records import AnyArray, FloatArray

_FLOATS = {"float16", "float32", "float64"}
_BATCHES = 4


class OnnxHost:
    """Needs the package ``onnx``; converters are those of ``onnxruntime.quantization``.

    Args:
        path: of the model.

    Raises:
        MissingDependencyError: ``onnx`` is not installed.
        IncompatibleError: the file is no ONNX graph.
    """

    suffix = ".onnx"
    gradients = False

    def __init__(self, path: Path) -> None:
        self._onnx = require("onnx", "onnx", what="changing the weights of an ONNX file")
        self._path = path
        try:
            self._model: Any = self._onnx.load(path)
        except Exception as error:
            raise IncompatibleError(
                f"'{path}' cannot be read as an ONNX graph ({type(error).__name__})",
                hint="an .ort file holds none; derive from the .onnx file it was made from",
            ) from error
        self._stored = dict(_tensors(self._model.graph))

    def weights(self) -> Mapping[str, Weight]:
        """Weights of Conv, ConvTranspose, Gemm and MatMul nodes."""
        to_array = self._onnx.numpy_helper.to_array
        found: dict[str, Weight] = {}
        for node in self._model.graph.node:
            axis = _output_axis(node)
            name = node.input[1] if axis is not None and len(node.input) > 1 else ""
            if axis is None or name not in self._stored or name in found:
                continue
            values = to_array(self._stored[name], base_dir=str(self._path.parent))
            if values.dtype.name in _FLOATS and values.ndim > 1:
                found[name] = Weight(values=values.astype(np.float64), axis=axis % values.ndim)
        if not found:
            raise IncompatibleError(
                f"'{self._path}' holds no float weights of convolutions or linear layers",
                hint="derive from the model before it was quantized",
            )
        return found

    def write(self, values: Mapping[str, FloatArray], path: Path) -> str:
        """Write the graph with other weights, in their own precision."""
        copy = self._onnx.ModelProto()
        copy.CopyFrom(self._model)
        stored = dict(_tensors(copy.graph))
        for name, array in values.items():
            before = self._onnx.numpy_helper.to_array(self._stored[name])
            tensor = self._onnx.numpy_helper.from_array(
                np.ascontiguousarray(array, dtype=before.dtype), stored[name].name
            )
            stored[name].CopyFrom(tensor)
        self._onnx.save(copy, path)
        return str(path)

    def convert(self, strength: Strength, tensors: AnyArray, path: Path) -> str | None:
        """Real int8 and half-precision files, by the converters of ONNX Runtime."""
        how = strength.settings.get("how")
        with _quiet():
            if strength.kind == "fp16":
                halves = require("onnxruntime.transformers.float16", "onnx")
                made = halves.convert_float_to_float16(
                    self._onnx.load(self._path), keep_io_types=True
                )
                self._onnx.save(made, path)
                return str(path)
            if strength.kind != "int8" or how == "weights":
                return None
            quantization = require("onnxruntime.quantization", "onnx")
            kind = quantization.QuantType.QInt8
            if how == "dynamic":
                quantization.quantize_dynamic(self._path, path, weight_type=kind)
            else:
                reader = _Calibration(self._model.graph.input[0].name, tensors)
                quantization.quantize_static(
                    self._path, path, reader, per_channel=True, weight_type=kind
                )
        return str(path)

    def fine_tune(
        self, tensors: AnyArray, targets: FloatArray, *, rate: float, seed: int
    ) -> dict[str, FloatArray]:
        """Refused.

        Raises:
            IncompatibleError: always.
        """
        del tensors, targets, rate, seed
        raise IncompatibleError(
            "an ONNX file shows no gradients", hint="derive from the torch module it came from"
        )


class _Calibration:
    """Hands the calibrating converter its batches."""

    def __init__(self, name: str, tensors: AnyArray) -> None:
        batches = np.array_split(tensors, min(_BATCHES, len(tensors)))
        self._batches = iter([{name: batch} for batch in batches])

    def get_next(self) -> dict[str, AnyArray] | None:
        """The next batch, or None after the last."""
        return next(self._batches, None)


def _tensors(graph: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 (protobuf)
    """Stored tensors by the name under which nodes read them."""
    for tensor in graph.initializer:
        yield tensor.name, tensor
    for node in graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                if attribute.name == "value":
                    yield node.output[0], attribute.t


def _output_axis(node: Any) -> int | None:  # noqa: ANN401 (protobuf)
    """Axis of the output channels of a node's weight; None for nodes without one."""
    if node.op_type == "Conv":
        return 0
    if node.op_type == "ConvTranspose":
        return 1
    if node.op_type == "MatMul":
        return -1
    if node.op_type == "Gemm":
        turned = any(one.name == "transB" and one.i for one in node.attribute)
        return 0 if turned else 1
    return None


@contextmanager
def _quiet() -> Iterator[None]:
    """The converters advise on every file through the root logger, and warn."""
    import logging
    import warnings

    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            root.setLevel(level)

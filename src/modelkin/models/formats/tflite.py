"""TensorFlow Lite / LiteRT files, run by the LiteRT interpreter."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.models.pieces import run_in_pieces
from modelkin.models.tflite_details import begins_by_rescaling, class_names, tensor_spec
from modelkin.models.tflite_filters import read_first_convolution
from modelkin.models.tflite_width import find_width
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, FloatArray, Signature, TensorSpec

_BATCH_ELEMENTS = 1 << 16  # beyond this a larger batch costs memory and saves no time
_IMAGE_RANK = 4


@dataclass(frozen=True)
class Tflite(ModelFormat):
    """TensorFlow Lite / LiteRT models (.tflite): tensors, quantization, class names."""

    name: ClassVar[str] = "tflite"
    extensions: ClassVar[tuple[str, ...]] = (".tflite", ".lite")
    extra: ClassVar[str | None] = "tflite"
    loading: ClassVar[str] = "LiteRT builds the graph; nothing in the file is run as code"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the mark at bytes 4 to 8, or by the ending of a file that has no mark."""
        kind = content_kind(first_bytes)
        return kind == "tflite" or (
            kind is None and Path(location).suffix.lower() in self.extensions
        )

    def load(self, location: str) -> Model:
        """Open an interpreter; the file is verified before it is used.

        Raises:
            MissingDependencyError: LiteRT is not installed.
            BrokenModelError: LiteRT refuses the file.
        """
        litert = require("ai_edge_litert.interpreter", self.extra)
        return _TfliteModel(litert.Interpreter, location)

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, dequantized."""
        litert = require("ai_edge_litert.interpreter", self.extra)
        interpreter = litert.Interpreter(model_path=location)
        interpreter.allocate_tensors()
        return read_first_convolution(interpreter)


class _TfliteModel:
    """An interpreter, its tensors, and the batch size that it is set to."""

    def __init__(self, interpreter_class: Any, location: str) -> None:  # noqa: ANN401 (untyped)
        self._class = interpreter_class
        self._location = location
        self._open()
        self._free = all(spec.shape[:1] == (None,) for spec in self.signature.inputs)

    def _open(self) -> None:
        try:
            self._interpreter = self._class(model_path=self._location)
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise _unusable(self._location, error) from error
        self._inputs = self._interpreter.get_input_details()
        self._outputs = self._interpreter.get_output_details()
        self._size = self._declared = int(self._inputs[0]["shape"][0]) if self._has_batch() else 1
        self.signature = self._read_signature()

    def _has_batch(self) -> bool:
        return bool(self._inputs) and len(self._inputs[0]["shape"]) > 0

    def _read_signature(self) -> Signature:
        outputs = tuple(tensor_spec(detail) for detail in self._outputs)
        sizes = {spec.shape[-1] for spec in outputs if spec.shape}
        return Signature(
            inputs=self._read_inputs(),
            outputs=outputs,
            rescales=self._rescales() or None,
            labels=class_names(self._location, {size for size in sizes if size}),
        )

    def _read_inputs(self) -> tuple[TensorSpec, ...]:
        specs = tuple(tensor_spec(detail) for detail in self._inputs)
        if len(specs) == 1 and specs[0].shape[1:] == (None,):
            width = find_width(self._class, self._location)
            return (replace(specs[0], shape=(specs[0].shape[0], width)),)
        return specs

    def _rescales(self) -> bool:
        """Tell if the file itself begins by rescaling pictures."""
        if len(self._inputs) != 1 or len(self._inputs[0]["shape"]) != _IMAGE_RANK:
            return False
        if "rescaling" in self._inputs[0]["name"]:  # Keras names an input after its first layer
            return True
        try:  # the list of operators is not part of LiteRT's public interface
            operators = self._interpreter._get_ops_details()  # noqa: SLF001
            made = {int(index) for operator in operators for index in operator["outputs"]}
            start = int(self._inputs[0]["index"])
            used = {int(index) for operator in operators[:8] for index in operator["inputs"]}
            constants = {
                index: self._interpreter.get_tensor(index)
                for index in used - made - {start}
                if index >= 0
            }
            return begins_by_rescaling(operators, start, constants)
        except (AttributeError, KeyError, TypeError, ValueError, RuntimeError):
            return False

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer in batches where the file leaves the batch open, row by row otherwise."""
        if not self._free:
            return run_in_pieces(self._run, batch.inputs, self._declared)
        elements = max(math.prod(rows.shape[1:]) for rows in batch.inputs)
        size = max(1, _BATCH_ELEMENTS // max(1, elements))
        try:
            return run_in_pieces(self._run, batch.inputs, size, pad=False)
        except PredictionError:
            if len(batch) == 1:
                raise
            # the file promises any batch size and a reshape inside does not keep the promise
            self._open()
            self._free = False
            return run_in_pieces(self._run, batch.inputs, self._declared)

    def _run(self, inputs: Sequence[AnyArray]) -> list[AnyArray]:
        if len(inputs) != len(self._inputs):
            raise PredictionError(
                f"the model takes {len(self._inputs)} inputs and was given {len(inputs)}",
                hint="wrap it in a Python function of one input",
            )
        try:
            self._resize(inputs)
            for detail, rows in zip(self._inputs, inputs, strict=True):
                self._interpreter.set_tensor(detail["index"], np.ascontiguousarray(rows))
            self._interpreter.invoke()
            return [self._read(detail) for detail in self._outputs]
        except (RuntimeError, ValueError) as error:
            raise PredictionError(
                f"LiteRT failed: {_first_line(error)}",
                hint="compare the declared inputs with what the model really takes: "
                "modelkin inspect MODEL",
            ) from error

    def _resize(self, inputs: Sequence[AnyArray]) -> None:
        open_sizes = any(-1 in detail["shape_signature"][1:] for detail in self._inputs)
        if len(inputs[0]) == self._size and not open_sizes:
            return
        for detail, rows in zip(self._inputs, inputs, strict=True):
            self._interpreter.resize_tensor_input(detail["index"], rows.shape)
        self._interpreter.allocate_tensors()
        self._size = len(inputs[0])

    def _read(self, detail: Mapping[str, Any]) -> AnyArray:
        stored: AnyArray = self._interpreter.get_tensor(detail["index"])
        scale, zero_point = detail["quantization"]
        if scale and np.issubdtype(stored.dtype, np.integer):
            reals: AnyArray = (stored.astype(np.float64) - zero_point) * float(scale)
            return reals
        return stored.astype(np.float32) if stored.dtype == np.float16 else stored


def _unusable(location: str, error: Exception) -> BrokenModelError:
    if "Select TensorFlow op" in str(error):
        return BrokenModelError(
            f"'{location}' uses TensorFlow operators (Select TF ops) that LiteRT does not have",
            hint="convert it with built-in operators only, or wrap it in a Python function",
        )
    return BrokenModelError(
        f"'{location}' cannot be loaded by LiteRT: {_first_line(error)}",
        hint="the file may be cut short or damaged; copy or convert it again",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]

"""ONNX and ORT files, run by ONNX Runtime on the CPU."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.models.onnx_filters import read_first_convolution
from modelkin.models.pieces import require_rows, run_in_pieces
from modelkin.protocols import Model, ModelFormat
from modelkin.records import (
    Access,
    AnyArray,
    Batch,
    FloatArray,
    OutputKind,
    Signature,
    TensorSpec,
)

_DTYPES = {"float": "float32", "double": "float64", "string": "str"}
_FATAL_ONLY = 4
_STRING = "tensor(string)"


@dataclass(frozen=True)
class Onnx(ModelFormat):
    """ONNX (.onnx) and ONNX Runtime (.ort) models; inputs and outputs are read from the graph."""

    name: ClassVar[str] = "onnx"
    extensions: ClassVar[tuple[str, ...]] = (".onnx", ".ort")
    loading: ClassVar[str] = "ONNX Runtime builds the graph; nothing in the file is run as code"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the content, or by the ending where the content tells nothing."""
        kind = content_kind(first_bytes)
        by_name = kind is None and Path(location).suffix.lower() in self.extensions
        return by_name or kind in {"onnx", "ort"}

    def load(self, location: str) -> Model:
        """Open a session.

        Raises:
            BrokenModelError: ONNX Runtime refuses the file.
        """
        runtime = require("onnxruntime", None)
        options = runtime.SessionOptions()
        options.log_severity_level = _FATAL_ONLY
        try:
            # a fallback would print to stdout, where results go
            session = runtime.InferenceSession(
                location, options, providers=["CPUExecutionProvider"], enable_fallback=0
            )
        except Exception as error:
            raise BrokenModelError(
                f"'{location}' cannot be loaded by ONNX Runtime: {_first_line(error)}",
                hint="check the file with onnx.checker, or export it again",
            ) from error
        return _OnnxModel(session)

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, where the package ``onnx`` is there to read them."""
        return read_first_convolution(location)


class _OnnxModel:
    """A session and what it says of itself."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401 (the runtime is untyped)
        self._session = session
        self._inputs = [_spec(node) for node in session.get_inputs()]
        self._names = [spec.name for spec in self._inputs]
        fixed = {spec.shape[0] for spec in self._inputs if spec.shape} - {None}
        self._piece = min((size for size in fixed if size), default=0)
        nodes = session.get_outputs()
        self._labels = self._map_keys() if any("map(" in node.type for node in nodes) else ()
        # text answers can be numbered only when the classes are known
        self._outputs = [node for node in nodes if self._labels or node.type != _STRING]
        if not self._outputs:
            raise BrokenModelError(
                "the model answers nothing but text", hint="export it with its scores as an output"
            )
        self._output_names = [node.name for node in self._outputs]

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the graph declares them."""
        width = len(self._labels) or None
        outputs = tuple(_spec(node, width) for node in self._outputs)
        only_labels = all(
            spec.dtype.startswith("int") and math.prod(size or 1 for size in spec.shape[1:]) == 1
            for spec in outputs
        )
        return Signature(
            inputs=tuple(self._inputs),
            outputs=outputs,
            access=Access.LABEL if only_labels else Access.SCORES,
            output=OutputKind.LABELS if only_labels else None,
            labels=tuple(str(label) for label in self._labels),
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with one run, or one a piece where the graph fixes the batch size."""
        if self._piece:
            return run_in_pieces(self._run, batch.inputs, self._piece)
        try:
            answers = self._run(batch.inputs)
            require_rows(answers, len(batch.inputs[0]))
        except PredictionError:
            if len(batch) == 1:
                raise
            # some exports declare a free batch and still hold a reshape to one row
            answers = run_in_pieces(self._run, batch.inputs, 1)
            self._piece = 1
        return answers

    def _run(self, inputs: Sequence[AnyArray]) -> tuple[AnyArray, ...]:
        try:
            feed = dict(zip(self._names, inputs, strict=True))
            answers = self._session.run(self._output_names, feed)
            return tuple(self._as_array(answer) for answer in answers)
        except Exception as error:
            raise PredictionError(
                f"ONNX Runtime failed: {_first_line(error)}",
                hint="compare the declared inputs with what the model really takes: "
                "modelkin inspect MODEL",
            ) from error

    def _as_array(self, answer: Any) -> AnyArray:  # noqa: ANN401 (arrays, or lists of dicts)
        if isinstance(answer, list):
            if answer and isinstance(answer[0], dict):
                keys = self._labels or tuple(answer[0])
                return np.array([[row[key] for key in keys] for row in answer], dtype=np.float32)
            return np.asarray(answer)
        if answer.dtype == object:
            return np.array([self._labels.index(text) for text in answer.ravel()], dtype=np.int64)
        found: AnyArray = answer.astype(np.float32) if answer.dtype == np.float16 else answer
        return found

    def _map_keys(self) -> tuple[Any, ...]:
        """Learn the classes of a map output, which the graph's types do not show, from zeros."""
        feed = {
            spec.name: np.zeros([size or 1 for size in spec.shape], dtype=spec.dtype)
            for spec in self._inputs
        }
        try:
            answers = self._session.run(None, feed)
        except Exception:  # noqa: BLE001 (the classes stay unknown until the first answer)
            return ()
        maps = [found[0] for found in answers if isinstance(found, list) and found]
        return tuple(maps[0]) if maps and isinstance(maps[0], dict) else ()


def _spec(node: Any, width: int | None = None) -> TensorSpec:  # noqa: ANN401 (untyped runtime)
    if "map(" in node.type:
        return TensorSpec(name=node.name, shape=(None, width), dtype="float32")
    element = node.type.removeprefix("tensor(").removesuffix(")")
    shape = tuple(size if isinstance(size, int) and size > 0 else None for size in node.shape)
    is_answer_text = width is not None and node.type == _STRING
    dtype = "int64" if is_answer_text else _DTYPES.get(element, element)
    return TensorSpec(name=node.name, shape=shape, dtype=dtype)


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}"

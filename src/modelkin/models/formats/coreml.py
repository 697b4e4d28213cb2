"""Core ML models, which only macOS can run."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, MissingDependencyError, PredictionError
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, Signature, TensorSpec

_PACKAGE = ("Manifest.json", "Data/com.apple.CoreML")
_ON_MACOS = sys.platform == "darwin"
_DTYPES = {"FLOAT32": "float32", "DOUBLE": "float64", "INT32": "int32", "FLOAT16": "float16"}


@dataclass(frozen=True)
class Coreml(ModelFormat):
    """Core ML models (.mlmodel, .mlpackage); recognised everywhere, run on macOS alone."""

    name: ClassVar[str] = "coreml"
    extensions: ClassVar[tuple[str, ...]] = (".mlmodel", ".mlpackage")
    extra: ClassVar[str | None] = "coreml"
    loading: ClassVar[str] = "macOS compiles the model; nothing in the file is run as code"
    sees_folder: ClassVar[bool] = True

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the content of a file, or by what an .mlpackage folder holds."""
        if first_bytes:
            return content_kind(first_bytes) == "coreml"
        return all((Path(location) / inside).exists() for inside in _PACKAGE)

    def companions(self, location: str) -> tuple[Path, ...]:
        """What lies deeper in a package."""
        found = (Path(location) / "Data").rglob("*") if Path(location).is_dir() else ()
        return tuple(sorted(file for file in found if file.is_file()))

    def load(self, location: str) -> Model:
        """Compile the model for the CPU.

        Raises:
            MissingDependencyError: this is not macOS, or coremltools is not installed.
            BrokenModelError: macOS refuses the model, or it takes no arrays of numbers.
        """
        if not _ON_MACOS:
            raise MissingDependencyError(
                f"'{location}' is a Core ML model, which only macOS can run; this is "
                f"{sys.platform}",
                hint=f"on a Mac: pip install 'modelkin[{self.extra}]' and record its answers there "
                "(modelkin record), then compare the recorded file here; or use the ONNX or "
                "TFLite file that it was converted from",
            )
        tools = require("coremltools", self.extra)
        try:
            model = tools.models.MLModel(location, compute_units=tools.ComputeUnit.CPU_ONLY)
        except Exception as error:
            raise BrokenModelError(
                f"'{location}' cannot be loaded by Core ML: {str(error).splitlines()[0][:200]}",
                hint="open it in Xcode, or export it again with coremltools",
            ) from error
        return _CoremlModel(model, location)


class _CoremlModel:
    """A compiled model, asked row after row: Core ML takes one at a time."""

    def __init__(self, model: Any, location: str) -> None:  # noqa: ANN401 (coremltools is untyped)
        self._model = model
        described = model.get_spec().description
        arrays = [_array(feature) for feature in described.input]
        self._inputs = tuple(spec for spec in arrays if spec is not None)
        if len(self._inputs) != len(arrays) or not arrays:
            raise BrokenModelError(
                f"'{location}' takes inputs that are no arrays of numbers",
                hint="export it with array inputs: coremltools.TensorType",
            )
        self._outputs = tuple(spec for spec in map(_array, described.output) if spec is not None)
        if not self._outputs:
            raise BrokenModelError(
                f"'{location}' answers no array of numbers",
                hint="export it without a classifier configuration, so that it shows its scores",
            )

    @property
    def signature(self) -> Signature:
        """Arrays as the description states them, with a batch axis before each."""
        return Signature(inputs=self._inputs, outputs=self._outputs)

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Ask row after row."""
        found: list[list[AnyArray]] = [[] for _ in self._outputs]
        for row in range(len(batch)):
            asked = {
                spec.name: values[row]
                for spec, values in zip(self._inputs, batch.inputs, strict=True)
            }
            try:
                answers = self._model.predict(asked)
                for place, spec in enumerate(self._outputs):
                    found[place].append(np.asarray(answers[spec.name]))
            except Exception as error:
                raise PredictionError(
                    f"Core ML failed on '{batch.ids[row]}': {str(error).splitlines()[0][:200]}",
                    hint="compare the declared inputs with what the model really takes: "
                    "modelkin inspect MODEL",
                ) from error
        return tuple(np.stack(rows) for rows in found)


def _array(feature: Any) -> TensorSpec | None:  # noqa: ANN401 (protobuf)
    """The array that an input or output is, or None."""
    kind = feature.type
    if kind.WhichOneof("Type") != "multiArrayType":
        return None
    array = kind.multiArrayType
    names = array.DESCRIPTOR.enum_types_by_name["ArrayDataType"].values_by_number
    dtype = _DTYPES.get(names[array.dataType].name, "float32")
    return TensorSpec(name=feature.name, shape=(None, *map(int, array.shape)), dtype=dtype)

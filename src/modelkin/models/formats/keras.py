"""Keras 3 models, run by the backend that Keras is set to (PyTorch unless stated)."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError, UnsafeModelError
from modelkin.models.contents import content_kind, zip_names
from modelkin.models.extras import require
from modelkin.models.keras_config import code_in, is_keras_zip, read_config, wants_bytes
from modelkin.models.keras_filters import read_first_convolution
from modelkin.models.pieces import require_rows
from modelkin.models.torch_runner import first_line
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, FloatArray, Signature, TensorSpec

_SHOWN = 3
_START = 4096


@dataclass(frozen=True)
class Keras(ModelFormat):
    """Keras models (.keras, .h5, .hdf5); Lambda layers and foreign classes are refused by name.

    Attributes:
        allow_code: load layers that hold code.
    """

    name: ClassVar[str] = "keras"
    extensions: ClassVar[tuple[str, ...]] = (".keras", ".h5", ".hdf5")
    extra: ClassVar[str | None] = "keras"
    loading: ClassVar[str] = (
        "Keras builds layers of its own by name, in safe mode; Lambda layers and classes of other "
        "packages are looked for first and need --allow-code"
    )
    allow_code: bool = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the members of the archive, or by HDF5 content."""
        kind = content_kind(first_bytes)
        if kind == "zip":
            damaged = not zip_names(location)
            by_name = damaged and Path(location).suffix.lower() in self.extensions
            return by_name or is_keras_zip(location)
        return kind == "hdf5"

    def load(self, location: str) -> Model:
        """Read the layers, refuse those that hold code, and build the model.

        Raises:
            MissingDependencyError: Keras or its backend is not installed.
            UnsafeModelError: a layer holds code.
            BrokenModelError: Keras refuses the file.
        """
        keras = _keras(self.extra)
        config = self._checked_config(location)
        return _KerasModel(keras, self._built(keras, location), wants_bytes(config))

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, with what is between it and the input folded."""
        keras = _keras(self.extra)
        self._checked_config(location)
        with _without_gradients(keras):
            return read_first_convolution(keras, self._built(keras, location))

    def _checked_config(self, location: str) -> dict[str, Any]:
        with Path(location).open("rb") as file:
            is_zip = content_kind(file.read(_START)) == "zip"
        config = read_config(location, is_zip=is_zip, extra=self.extra)
        found = () if self.allow_code else code_in(config)
        if found:
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            raise UnsafeModelError(
                f"'{location}' holds layers that run code: {', '.join(found[:_SHOWN])}{more}",
                hint="replace them by layers or keras.ops and save again, or pass --allow-code if "
                "you trust it",
            )
        return config

    def _built(self, keras: Any, location: str) -> Any:  # noqa: ANN401 (untyped)
        suffix = Path(location).suffix.lower()
        with _named_for_keras(location, suffix, self.extensions) as path:
            try:
                return keras.saving.load_model(path, compile=False, safe_mode=not self.allow_code)
            except Exception as error:
                raise BrokenModelError(
                    f"'{location}' cannot be loaded by Keras {keras.__version__}: "
                    f"{first_line(error)}",
                    hint="save it again in the current Keras; layers of Keras 2 and TensorFlow "
                    "alone do not load (convert the model to ONNX or TFLite)",
                ) from error


class _KerasModel:
    """A model asked in inference mode."""

    def __init__(self, keras: Any, model: Any, rescales: bool) -> None:  # noqa: ANN401
        self._keras = keras
        self._model = model
        inputs = tuple(_spec(tensor) for tensor in getattr(model, "inputs", None) or ())
        outputs = tuple(_spec(tensor) for tensor in getattr(model, "outputs", None) or ())
        self.signature = Signature(inputs=inputs, outputs=outputs, rescales=rescales or None)

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer a batch; nothing is trained, dropped out or kept."""
        keras, given = self._keras, [np.array(rows) for rows in batch.inputs]
        try:
            with _without_gradients(keras):
                returned = self._model(given[0] if len(given) == 1 else given, training=False)
                found = [
                    np.asarray(keras.ops.convert_to_numpy(one))
                    for one in keras.tree.flatten(returned)
                ]
        except Exception as error:
            raise PredictionError(
                f"Keras failed: {first_line(error)}",
                hint="compare the declared inputs with what the model really takes: "
                "modelkin inspect MODEL",
            ) from error
        answers = tuple(one.astype(np.float32) if one.dtype == np.float16 else one for one in found)
        require_rows(answers, len(batch))
        return answers


def _spec(tensor: Any) -> TensorSpec:  # noqa: ANN401 (untyped)
    dtype = str(tensor.dtype)
    return TensorSpec(
        name=str(tensor.name),
        shape=tuple(tensor.shape),
        dtype="float32" if dtype in {"bfloat16", "float16"} else dtype,
    )


def _keras(extra: str | None) -> Any:  # noqa: ANN401 (untyped)
    os.environ.setdefault("KERAS_BACKEND", "torch")
    return require("keras", extra)


@contextlib.contextmanager
def _without_gradients(keras: Any) -> Iterator[None]:  # noqa: ANN401 (untyped)
    if keras.backend.backend() == "torch":
        with require("torch", None).no_grad():
            yield
    else:
        yield


@contextlib.contextmanager
def _named_for_keras(location: str, suffix: str, known: tuple[str, ...]) -> Iterator[str]:
    """Keras goes by the ending: give a file of another ending a fitting one for a moment."""
    with Path(location).open("rb") as file:
        is_zip = content_kind(file.read(_START)) == "zip"
    if suffix in (known[:1] if is_zip else known[1:]):
        yield location
        return
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / f"model{known[0] if is_zip else known[1]}"
        link.symlink_to(Path(location).resolve())
        yield str(link)

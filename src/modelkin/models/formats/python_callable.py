"""A Python function, a torch module or an object that predicts, named as ``module:function``."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.declarations import declared_signature
from modelkin.models.named_objects import is_name, named_object
from modelkin.models.pieces import require_rows
from modelkin.models.torch_filters import module_filters
from modelkin.models.torch_inputs import torch_model
from modelkin.models.torch_modules import made_by, picture_shape
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, FloatArray, Signature

_NUMBERS = "biuf"


@dataclass(frozen=True)
class PythonCallable(ModelFormat):
    """A function of arrays in a module (``module:function``); its input may be declared on it.

    A ``torch.nn.Module`` is one, and so is a function without arguments that makes one and says
    so: ``f.modelkin = {"factory": True}``.
    """

    name: ClassVar[str] = "python_callable"
    loading: ClassVar[str] = "the module is imported, which runs it, and the function is called"
    sees_file: ClassVar[bool] = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the form of the name."""
        return not first_bytes and is_name(location)

    def load(self, location: str) -> Model:
        """Import the module, with the current directory on the path, and find the function.

        Raises:
            ModelNotFoundError: there is no such module or function.
            BrokenModelError: what is there cannot be called.
            SignatureError: its ``modelkin`` attribute is malformed.
        """
        found = _object(location)
        declared = getattr(found, "modelkin", None)
        torch: Any = sys.modules.get("torch")  # whoever made a module has imported it
        if torch is not None and isinstance(found, torch.nn.Module):
            signature = replace(declared_signature(declared, location), metered=False)
            return torch_model(torch, found, declared=signature)
        call = found if callable(found) else getattr(found, "predict", None)
        if isinstance(found, type) or not callable(call):
            raise BrokenModelError(
                f"'{location}' is a {type(found).__name__}, which cannot be called",
                hint="name a function of arrays, or an object with a predict method",
            )
        if hasattr(found, "predict"):
            call = found.predict
        return _PythonModel(call, declared_signature(declared, location))

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Of a torch module: kernel and bias, with the batch normalization after it folded."""
        found = _object(location)
        torch: Any = sys.modules.get("torch")
        if torch is None or not isinstance(found, torch.nn.Module):
            return None
        shape = picture_shape(torch_model(torch, found).signature)
        return module_filters(torch, found, shape) if shape else None


def _object(location: str) -> Any:  # noqa: ANN401 (users' objects)
    """What the name stands for, or what it makes when it is declared to be a factory."""
    found = named_object(location)
    declared = getattr(found, "modelkin", None)
    if not isinstance(declared, dict) or declared.get("factory") is not True:
        return found
    made = made_by(found, location)
    stated = {key: value for key, value in declared.items() if key != "factory"}
    if stated and not hasattr(made, "modelkin"):
        with contextlib.suppress(AttributeError, TypeError):  # made of slots: nothing to declare on
            made.modelkin = stated
    return made


class _PythonModel:
    """The function and what its ``modelkin`` attribute declares."""

    def __init__(self, call: Callable[..., Any], signature: Signature) -> None:
        self._call = call
        self.signature = signature

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Call the function on copies of the input arrays."""
        name = getattr(self._call, "__name__", type(self._call).__name__)
        try:
            returned = self._call(*[rows.copy() for rows in batch.inputs])
            answers = tuple(np.asarray(found) for found in _outputs(returned, len(batch)))
        except Exception as error:
            raise PredictionError(
                f"'{name}' raised {type(error).__name__}: {error}",
                hint="call the function on the same arrays by hand; modelkin inspect shows them",
            ) from error
        for found in answers:
            if found.dtype.kind not in _NUMBERS:
                raise PredictionError(
                    f"'{name}' returned an array of {found.dtype}",
                    hint="return numbers: scores of shape (n, classes), or integer labels",
                )
        require_rows(answers, len(batch))
        return answers


def _outputs(returned: Any, rows: int) -> list[Any]:  # noqa: ANN401 (users return anything)
    """Tell several output arrays from one array written as a list of rows."""
    if isinstance(returned, tuple):
        return list(returned)
    if isinstance(returned, list) and returned:
        per_output = all(isinstance(one, np.ndarray) and len(one.shape) > 1 for one in returned)
        if per_output and all(len(one) == rows for one in returned):
            return returned
    return [returned]

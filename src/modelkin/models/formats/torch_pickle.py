"""Whole PyTorch modules saved by torch.save, which run code when they are loaded."""

from dataclasses import dataclass
from typing import Any, ClassVar

from modelkin.errors import BrokenModelError
from modelkin.models.extras import require
from modelkin.models.torch_archive import torch_kind
from modelkin.models.torch_filters import module_filters
from modelkin.models.torch_inputs import torch_model
from modelkin.models.torch_modules import picture_shape
from modelkin.protocols import Model, ModelFormat
from modelkin.records import FloatArray


@dataclass(frozen=True)
class TorchPickle(ModelFormat):
    """Pickled PyTorch modules (.pt, .pth); refused unless --allow-code is given."""

    name: ClassVar[str] = "torch_pickle"
    extensions: ClassVar[tuple[str, ...]] = (".pt", ".pth")
    extra: ClassVar[str | None] = "torch"
    runs_code: ClassVar[bool] = True
    loading: ClassVar[str] = "unpickling runs whatever the file says, with your rights"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by a pickle that imports more than tensors and containers."""
        return torch_kind(location, first_bytes) == "pickle"

    def load(self, location: str) -> Model:
        """Unpickle the module; its class must be importable.

        Raises:
            MissingDependencyError: torch is not installed.
            BrokenModelError: it holds no module.
        """
        torch = require("torch", self.extra)
        return torch_model(torch, _module(torch, location))

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, with the batch normalization after it folded."""
        torch = require("torch", self.extra)
        module = _module(torch, location)
        shape = picture_shape(torch_model(torch, module).signature)
        return module_filters(torch, module, shape) if shape else None


def _module(torch: Any, location: str) -> Any:  # noqa: ANN401 (untyped)
    found = torch.load(location, map_location="cpu", weights_only=False)
    if isinstance(found, torch.nn.Module):
        return found
    raise BrokenModelError(
        f"'{location}' holds a {type(found).__name__}, not a module",
        hint=f"if these are weights, name a function that makes the module: "
        f"module:factory@{location}",
    )

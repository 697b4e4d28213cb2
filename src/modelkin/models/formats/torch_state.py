"""Weights of a PyTorch module, and the user's function that makes the module."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from modelkin.errors import SignatureError
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.models.locations import factory_and_weights
from modelkin.models.named_objects import is_name
from modelkin.models.torch_archive import torch_kind
from modelkin.models.torch_filters import module_filters
from modelkin.models.torch_inputs import torch_model
from modelkin.models.torch_modules import fill, module_of, picture_shape, read_weights
from modelkin.protocols import Model, ModelFormat
from modelkin.records import FloatArray


@dataclass(frozen=True)
class TorchState(ModelFormat):
    """Weights (.safetensors, .pt, .pth) with the function that makes their module.

    The location is ``module:factory@weights.safetensors``; the factory takes no argument.
    """

    name: ClassVar[str] = "torch_state"
    extensions: ClassVar[tuple[str, ...]] = (".safetensors", ".pt", ".pth")
    extra: ClassVar[str | None] = "torch"
    loading: ClassVar[str] = (
        "the module that you name is imported and its factory called; of the weights file only "
        "tensors are read"
    )
    sees_file: ClassVar[bool] = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the form of the name; bare weights are claimed to say what they lack."""
        split = factory_and_weights(location)
        if not first_bytes:
            return split is not None and is_name(split[0])
        is_safetensors = content_kind(first_bytes) == "safetensors"
        return is_safetensors or torch_kind(location, first_bytes) == "weights"

    def load(self, location: str) -> Model:
        """Make the module and fill it.

        Raises:
            MissingDependencyError: torch or safetensors is not installed.
            SignatureError: no factory is named.
            ModelNotFoundError: there is no such function or file.
            BrokenModelError: the factory fails, or the weights do not fit.
        """
        torch = require("torch", self.extra)
        return torch_model(torch, self.module(torch, location))

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, with the batch normalization after it folded."""
        torch = require("torch", self.extra)
        module = self.module(torch, location)
        shape = picture_shape(torch_model(torch, module).signature)
        return module_filters(torch, module, shape) if shape else None

    def module(self, torch: Any, location: str) -> Any:  # noqa: ANN401 (untyped)
        """Make the module and fill it.

        Raises:
            SignatureError: no factory is named.
            ModelNotFoundError: there is no such function or file.
            BrokenModelError: the factory fails, or the weights do not fit.
        """
        split = None if Path(location).exists() else factory_and_weights(location)
        if split is None:
            raise SignatureError(
                f"'{location}' holds weights, and not the model that they belong to",
                hint=f"name a Python function that makes the module: module:factory@{location}",
            )
        factory, weights = split[0], Path(split[1])
        module = module_of(torch, factory)
        fill(module, read_weights(torch, weights), factory=factory, path=weights)
        return module

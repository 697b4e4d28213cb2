"""What a torch module takes: its file declares no shape, so its first weights must tell."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from modelkin.errors import PredictionError
from modelkin.models.torch_runner import TorchModel
from modelkin.records import Batch, Signature, TensorSpec

_CONVOLUTION_RANK = 4
_LINEAR_RANK = 2
_ANY_SIZE = 64
_USUAL_SIZES = (28, 32, 224, 96, 48, 128, 160, 192, 256, 299, 380, 384, 448, 512)
_HALVES = frozenset({"torch.float16", "torch.bfloat16"})
_SHAPELESS = frozenset({"BatchNorm1d", "BatchNorm2d", "LayerNorm", "GroupNorm", "PReLU"})


def torch_model(
    torch: Any,  # noqa: ANN401 (untyped)
    module: Any,  # noqa: ANN401 (untyped)
    *,
    call: Callable[..., Any] | None = None,
    first_weight: Any | None = None,  # noqa: ANN401 (untyped)
    declared: Signature | None = None,
    scripted: bool = False,
) -> TorchModel:
    """Put a module in evaluation mode and find out what it takes.

    Args:
        torch: the framework.
        module: an ``nn.Module`` or a script module.
        call: what to call instead of the module itself.
        first_weight: the weight that the input meets first, where the program shows it.
        declared: what is stated elsewhere; without inputs they are inferred.
        scripted: the module is a TorchScript program.
    """
    module.eval()
    if any(str(parameter.dtype) in _HALVES for parameter in module.parameters()):
        module.float()  # exact: every half is a float
    signature = declared or Signature()
    if not signature.inputs:
        weight = first_weight if first_weight is not None else _first_weight(module)
        signature = replace(signature, inputs=inputs_of(weight))
    model = TorchModel(torch, call or module, signature, scripted=scripted)
    return _sized(model) if signature.inputs else model


def inputs_of(weight: Any, groups: int = 1) -> tuple[TensorSpec, ...]:  # noqa: ANN401 (untyped)
    """The input that a first weight takes: pictures of open size, or rows; else unknown."""
    rank = 0 if weight is None else len(weight.shape)
    if rank not in {_CONVOLUTION_RANK, _LINEAR_RANK}:
        return ()
    width = int(weight.shape[1]) * groups
    dtype = "float64" if str(weight.dtype) == "torch.float64" else "float32"
    shape = (None, width, None, None) if rank == _CONVOLUTION_RANK else (None, width)
    return (TensorSpec(name="input", shape=shape, dtype=dtype),)


def _first_weight(module: Any) -> Any | None:  # noqa: ANN401 (untyped)
    """The weight of the first layer in order of definition, if it says what the input is."""
    for layer in module.modules():
        kinds = {getattr(layer, "original_name", ""), *(c.__name__ for c in type(layer).__mro__)}
        if {"Conv2d", "Linear"} & kinds:
            return layer.weight
        owns = any(True for _ in layer.parameters(recurse=False))
        known = kinds & _SHAPELESS or any(True for _ in layer.children())
        if owns and not known:
            return None  # an embedding, a sequence layer or a user's own: no picture and no row
    return None


def _sized(model: TorchModel) -> TorchModel:
    """Try usual picture sizes; a model that takes 64 x 64 is left open.

    Convolutions take any size and the layers after them often only one.
    """
    (spec,) = model.signature.inputs[:1]
    if len(spec.shape) != _CONVOLUTION_RANK or spec.shape[-1] is not None:
        return model
    channels = spec.shape[1] or 1
    for size in (_ANY_SIZE, *_USUAL_SIZES):
        picture = np.zeros((1, channels, size, size), dtype=spec.dtype)
        try:
            model.predict(Batch(ids=("size",), inputs=(picture,)))
        except PredictionError:
            continue
        if size != _ANY_SIZE:
            closed = replace(spec, shape=(None, channels, size, size))
            model.signature = replace(model.signature, inputs=(closed,))
        break
    return model

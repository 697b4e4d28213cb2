"""What quantization, pruning and noise do to weights; the same for every framework."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelkin.making.strengths import Strength
from modelkin.records import FloatArray

_BITS = {"int8": 8, "int4": 4}


@dataclass(frozen=True, kw_only=True, eq=False)
class Weight:
    """One weight tensor.

    Attributes:
        values: of any shape with two axes or more.
        axis: the axis of output channels.
    """

    values: FloatArray
    axis: int


def changed(
    weights: Mapping[str, Weight], strength: Strength, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """The weights of one copy.

    Args:
        weights: of the source in the order of its layers; the last is taken for the head, which
            pruning spares.
        strength: ``int8`` and ``int4`` round to so many signed steps (weights only: they are
            stored as reals again); ``fp16`` rounds to half precision; ``pruned`` sets the
            smallest share of all weights together to zero; ``noised`` adds normal noise of ``sd``
            times each tensor's own standard deviation.
        rng: the only source of randomness.
    """
    if strength.kind == "pruned":
        return _pruned(weights, float(strength.settings["share"]))
    found = {}
    for name, weight in weights.items():
        values = weight.values
        if strength.kind in _BITS:
            per_tensor = strength.settings.get("scale") == "tensor"
            axis = None if per_tensor else weight.axis
            found[name] = rounded(values, _BITS[strength.kind], axis)
        elif strength.kind == "fp16":
            found[name] = values.astype(np.float16).astype(np.float64)
        else:
            amount = float(strength.settings["sd"]) * float(values.std())
            found[name] = values + amount * rng.standard_normal(values.shape)
    return found


def rounded(values: FloatArray, bits: int, axis: int | None) -> FloatArray:
    """Round to symmetric steps, one size a channel of ``axis``, or one for all.

    >>> rounded(np.array([[7.0, 3.4], [14.0, -2.2]]), 4, 0).tolist()
    [[7.0, 3.0], [14.0, -2.0]]
    """
    most = 2 ** (bits - 1) - 1
    others = None if axis is None else tuple(i for i in range(values.ndim) if i != axis)
    reach = np.abs(values).max(axis=others, keepdims=True)
    step = np.where(reach > 0, reach / most, 1.0)
    return np.asarray(np.clip(np.round(values / step), -most - 1, most) * step)


def _pruned(weights: Mapping[str, Weight], share: float) -> dict[str, FloatArray]:
    names = list(weights)[:-1] or list(weights)
    sizes = np.concatenate([np.abs(weights[name].values).ravel() for name in names])
    threshold = np.quantile(sizes, share)
    found = {name: weight.values for name, weight in weights.items()}
    for name in names:
        values = weights[name].values
        found[name] = np.where(np.abs(values) > threshold, values, 0.0)
    return found

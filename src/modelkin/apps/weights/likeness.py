"""How alike the weights of two models are: cues beside the verdict, never part of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.apps.weights.tensor import Tensor

_LEAST_VALUES = 64
_LEAST_ALIGNED = 0.5


@dataclass(frozen=True)
class WeightLikeness:
    """Likeness of two models' weights.

    Attributes:
        equal: share of the smaller model's weight bytes that the other holds, tensor by tensor.
        correlation: mean correlation of tensors of equal shape, in the files' order, weighted by
            size; None where under half of the smaller model's weights have such a partner.
        aligned: share of the smaller model's weight bytes that have one.
    """

    equal: float
    correlation: float | None
    aligned: float

    @property
    def telling(self) -> bool:
        """Whether it is more than chance: unrelated weights do not correlate."""
        return self.equal > 0.05 or (self.correlation or 0.0) > 0.5  # noqa: PLR2004


def likeness(a: Sequence[Tensor], b: Sequence[Tensor]) -> WeightLikeness | None:
    """Compare sketches; None where one of the two has none."""
    small, large = sorted((a, b), key=_bytes)
    total = _bytes(small)
    if not total:
        return None
    known = {one.digest for one in large}
    equal = sum(one.size for one in small if one.digest in known) / total
    partners: dict[tuple[int, ...], list[Tensor]] = defaultdict(list)
    for one in large:
        if len(one.sample) >= _LEAST_VALUES:
            partners[one.shape].append(one)
    rated, weight = 0.0, 0
    for one in small:
        held = partners.get(one.shape)
        if len(one.sample) < _LEAST_VALUES or not held:
            continue
        rated += one.size * _correlation(one, held.pop(0))
        weight += one.size
    aligned = weight / total
    enough = weight and aligned >= _LEAST_ALIGNED
    return WeightLikeness(equal, rated / weight if enough else None, aligned)


def _bytes(tensors: Sequence[Tensor]) -> int:
    return sum(one.size for one in tensors)


def _correlation(a: Tensor, b: Tensor) -> float:
    if a.digest == b.digest:
        return 1.0
    if len(a.sample) != len(b.sample):
        return 0.0
    first, second = a.sample - a.sample.mean(), b.sample - b.sample.mean()
    norm = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / norm if norm else 0.0

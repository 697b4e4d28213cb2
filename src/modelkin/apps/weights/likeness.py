"""How alike the weights of two models are: cues beside the verdict, never part of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.apps.weights.tensor import Tensor
from modelkin.records import FloatArray

_LEAST_ALIGNED = 0.5
_MOST_ALIKE = 256  # tensors of the same sizes that are tried against each other

_Key = tuple[tuple[int, ...], int]


@dataclass(frozen=True)
class WeightLikeness:
    """Likeness of two models' weights.

    Attributes:
        equal: share of the smaller model's weight bytes that the other holds, tensor by tensor,
            byte for byte or with the same half-precision values in another order.
        correlation: mean correlation of tensors of the same sizes in whatever order of axes, each
            with its nearest, weighted by size; None where under half of the smaller model's
            weights have such a partner.
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
    known = {one.digest for one in large} | {one.multiset for one in large if one.multiset}
    equal = sum(one.size for one in small if {one.digest, one.multiset} & known) / total
    here, there = _by_sizes(small), _by_sizes(large)
    rated, weight = 0.0, 0
    for key in here.keys() & there.keys():
        for one, correlation in _nearest(here[key], there[key]):
            rated += one.size * correlation
            weight += one.size
    aligned = weight / total
    enough = weight and aligned >= _LEAST_ALIGNED
    return WeightLikeness(equal, rated / weight if enough else None, aligned)


def _bytes(tensors: Sequence[Tensor]) -> int:
    return sum(one.size for one in tensors)


def _by_sizes(tensors: Sequence[Tensor]) -> dict[_Key, list[Tensor]]:
    found: dict[_Key, list[Tensor]] = defaultdict(list)
    for one in tensors:
        if one.samples.size:
            found[one.sizes, one.samples.shape[1]].append(one)
    return found


def _nearest(small: list[Tensor], large: list[Tensor]) -> list[tuple[Tensor, float]]:
    """Pairs of tensors, the most alike first; those beyond the first 256 stay as they come."""
    found = []
    rated = _correlations(small[:_MOST_ALIKE], large[:_MOST_ALIKE])
    for _ in range(min(rated.shape)):
        row, column = np.unravel_index(int(rated.argmax()), rated.shape)
        found.append((small[row], float(rated[row, column])))
        rated[row, :], rated[:, column] = -np.inf, -np.inf
    for one, other in zip(small[_MOST_ALIKE:], large[_MOST_ALIKE:], strict=False):
        found.append((one, float(_correlations([one], [other])[0, 0])))
    return found


def _correlations(small: list[Tensor], large: list[Tensor]) -> FloatArray:
    """(s, l) of every pair, in the order of axes that fits best; 1 where the bytes are equal."""
    first = np.stack([one.samples[0] for one in small])
    found = np.stack([(one.samples @ first.T).max(axis=0) for one in large], axis=1)
    for row, one in enumerate(small):
        for column, other in enumerate(large):
            if one.digest == other.digest:
                found[row, column] = 1.0
    return found.astype(np.float64)

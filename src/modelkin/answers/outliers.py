"""Pairs that are far more alike than all others: related models among those said to be apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.records import AnyArray, FloatArray

DEVIATIONS = 6.0
"""Robust standard deviations from the middle of the others that make a pair stand out."""
GAP = 3.0
"""The same from the next nearest, so that a cluster of like architectures does not stand out."""
LEAST_OTHERS = 5
"""Fewer other families say nothing about what is usual."""
_CLOSEST = 1e-9
_NORMAL = 1.4826  # makes the median deviation from the median that of a normal distribution


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """A pair that stands out.

    Attributes:
        first: row of one model.
        second: of the other, after ``first``.
        similarity: of the two.
        following: the largest similarity of either to anything else.
        deviations: how far it stands out, by the side that it stands out less from.
    """

    first: int
    second: int
    similarity: float
    following: float
    deviations: float


def outlying_pairs(similarities: FloatArray, families: Sequence[str]) -> list[Outlier]:
    """Find pairs of different families that stand out for both sides, the farthest first.

    Similarities are spread by the inverse hyperbolic tangent (Fisher's transform), so that the
    room below 1 counts as it should. For each side the median and the median absolute deviation
    of its similarities to the other families say what is usual (Hampel's rule).

    Args:
        similarities: (n, n), larger is more alike, at most 1.
        families: of each row; models of one family may be alike.
    """
    both = (similarities + similarities.T) / 2
    spread = np.arctanh(np.clip(both, _CLOSEST - 1, 1 - _CLOSEST))
    names = np.array(families)
    top = [_nearest(both, names, row) for row in range(len(names))]
    found = []
    # only who is nearest to each other can stand out for both sides
    for first, second in enumerate(top):
        if second is None or second < first or top[second] != first:
            continue
        ways = [_stands_out(spread, names, a, b) for a, b in ((first, second), (second, first))]
        least = [way for way in ways if way is not None]
        if len(least) == len(ways):
            rest = (names != names[first]) & (names != names[second])
            found.append(
                Outlier(
                    first=first,
                    second=second,
                    similarity=float(both[first, second]),
                    following=float(both[np.array([first, second])][:, rest].max()),
                    deviations=min(least),
                )
            )
    return sorted(found, key=lambda pair: -pair.deviations)


def _nearest(both: FloatArray, names: AnyArray, row: int) -> int | None:
    others = np.flatnonzero(names != names[row])
    return int(others[np.argmax(both[row, others])]) if len(others) else None


def _stands_out(spread: FloatArray, names: AnyArray, one: int, other: int) -> float | None:
    """How far ``other`` stands out among what is near to ``one``, if it does."""
    rest = (names != names[one]) & (names != names[other])
    # one value a family, so that a large family does not settle what is usual
    usual = np.array([spread[one, names == name].max() for name in np.unique(names[rest])])
    if len(usual) < LEAST_OTHERS:
        return None
    middle = float(np.median(usual))
    scale = max(_NORMAL * float(np.median(np.abs(usual - middle))), _CLOSEST)
    value = spread[one, other]
    out = float((value - middle) / scale)
    gap = float((value - usual.max()) / scale)
    return out if out >= DEVIATIONS and gap >= GAP else None

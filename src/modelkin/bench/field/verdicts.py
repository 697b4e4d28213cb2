"""Verdicts on every pair against pairs of families that have no part in it."""

import numpy as np

from modelkin.bench.field.pairs import Pairs
from modelkin.records import FloatArray


def p_values(pairs: Pairs, similarity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Conformal p-values, the null made of unrelated pairs of other families.

    For a pair of the families A and B, every two families other than these give one score, the
    highest of their unrelated pairs. ``p = (1 + #{scores at least as high}) / (scores + 1)``. An
    honest model of a new family is exchangeable with those of the null; within a family only the
    most alike counts.

    Args:
        pairs: of a group.
        similarity: (p,) of each pair.

    Returns:
        (p,) p-values, NaN where there is no null; and (p,) the lowest that could be reached.
    """
    ends = np.sort(np.stack([pairs.family[pairs.first], pairs.family[pairs.second]]), axis=0)
    best: dict[tuple[int, int], float] = {}
    for row in np.flatnonzero(~pairs.related & np.isfinite(similarity)):
        key = (int(ends[0, row]), int(ends[1, row]))
        best[key] = max(best.get(key, -np.inf), float(similarity[row]))
    keys, scores = np.array([*best]).reshape(-1, 2), np.array([*best.values()])
    found, floor = np.full(len(pairs), np.nan), np.full(len(pairs), np.nan)
    for row in np.flatnonzero(np.isfinite(similarity)):
        others = ~np.isin(keys, ends[:, row]).any(axis=1)
        if others.any():
            floor[row] = 1 / (others.sum() + 1)
            found[row] = (1 + (scores[others] >= similarity[row]).sum()) * floor[row]
    return found, floor

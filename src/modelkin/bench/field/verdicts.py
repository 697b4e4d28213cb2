"""Verdicts on every pair against pairs of families that have no part in it."""

import numpy as np

from modelkin.bench.field.pairs import Pairs
from modelkin.records import BoolArray, FloatArray, IntArray


def p_values(
    pairs: Pairs, similarity: FloatArray, *, outputs: IntArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Conformal p-values, the null made of unrelated pairs of other families.

    For a pair of the families A and B, every two families other than these give one score, the
    highest of their unrelated pairs. ``p = (1 + #{scores at least as high}) / (scores + 1)``. An
    honest model of a new family is exchangeable with those of the null; within a family only the
    most alike counts.

    Models that answer as many numbers may have been trained alike, for one question: such a pair
    is exchangeable with others of that kind only. With ``outputs`` its null is made of unrelated
    pairs of models that both answer as many numbers as its two. These share models, and how alike
    two models of one question are hangs on each of them, so families are counted there and not
    pairs of families: no p-value is below ``1 / (families + 1)``. Where they are too few, a copy
    cannot be separated from a model trained alike.

    Args:
        pairs: of a group.
        similarity: (p,) of each pair.
        outputs: (m,) how many numbers each model answers; None judges all pairs by one null.

    Returns:
        (p,) p-values, NaN where there is no null; and (p,) the lowest that could be reached.
    """
    sizes = None if outputs is None else outputs[np.stack([pairs.first, pairs.second])]
    found, floor = _against(pairs, similarity, np.ones(len(pairs), dtype=np.bool_))
    if sizes is None:
        return found, floor
    for size in np.unique(sizes[0][sizes[0] == sizes[1]]):
        alike = (sizes == size).all(axis=0)
        own, lowest = _against(pairs, similarity, alike, by_family=True)
        # at least as cautious as the null of all strangers
        found[alike] = np.maximum(found, own)[alike]
        floor[alike] = np.maximum(floor, lowest)[alike]
    return found, floor


def _against(
    pairs: Pairs, similarity: FloatArray, serving: BoolArray, *, by_family: bool = False
) -> tuple[FloatArray, FloatArray]:
    """p-values and floors by a null of some of the unrelated pairs."""
    ends = np.sort(np.stack([pairs.family[pairs.first], pairs.family[pairs.second]]), axis=0)
    best: dict[tuple[int, int], float] = {}
    for row in np.flatnonzero(serving & ~pairs.related & np.isfinite(similarity)):
        key = (int(ends[0, row]), int(ends[1, row]))
        best[key] = max(best.get(key, -np.inf), float(similarity[row]))
    keys, scores = np.array([*best], dtype=np.int64).reshape(-1, 2), np.array([*best.values()])
    found, floor = np.full(len(pairs), np.nan), np.full(len(pairs), np.nan)
    for row in np.flatnonzero(np.isfinite(similarity)):
        others = ~np.isin(keys, ends[:, row]).any(axis=1)
        if others.any():
            rank = (1 + (scores[others] >= similarity[row]).sum()) / (others.sum() + 1)
            independent = len(np.unique(keys[others])) if by_family else others.sum()
            floor[row] = 1 / (independent + 1)
            found[row] = max(rank, floor[row])
    return found, floor

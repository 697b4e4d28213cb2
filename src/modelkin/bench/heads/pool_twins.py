"""Twins without gradients: pairs of queries of a pool that move one model most, and least."""

from collections.abc import Sequence

import numpy as np

from modelkin.records import FloatArray, IntArray

_SHARE = 0.2


def twins_chosen(clouds: Sequence[FloatArray], blocks: Sequence[IntArray]) -> FloatArray:
    """(m, m) how much more the source's far twins move the suspect than its near twins.

    Within a block, two queries differ by noise alone. The source picks the fifth of these pairs
    that moves its own answers most and the fifth that moves them least: twins, and queries that
    it can hardly tell apart, metamers. Rated is the difference of the mean distances that the
    suspect's answers go, over its mean distance.

    Args:
        clouds: (n, any width) whitened answers of every model.
        blocks: queries that are pairs of each other.

    Returns:
        Row = source, column = suspect; not symmetric.
    """
    moved = []
    for cloud in clouds:
        distances = []
        for rows in blocks:
            mine = cloud[rows].astype(np.float32)
            squares = (mine**2).sum(axis=1)
            apart = squares[:, None] + squares - 2 * (mine @ mine.T)
            distances.append(apart[np.triu_indices(len(rows), 1)])
        found = np.sqrt(np.maximum(np.concatenate(distances), 0))
        moved.append(found / max(float(found.mean()), np.finfo(np.float32).tiny))
    count = max(1, round(_SHARE * len(moved[0])))
    masks = np.zeros((len(clouds), len(moved[0])), dtype=np.float32)
    for mask, distance in zip(masks, moved, strict=True):
        order = np.argpartition(distance, (count, len(distance) - count - 1))
        mask[order[:count]], mask[order[-count:]] = -1 / count, 1 / count
    return np.asarray(masks @ np.stack(moved).T, dtype=np.float64)

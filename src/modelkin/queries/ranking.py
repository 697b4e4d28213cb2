"""The first of ranked candidates, none of the source's classes standing for the whole model."""

import numpy as np

from modelkin.errors import PoolError
from modelkin.records import FloatArray, IntArray

_SHARE = 10


def best_of(
    ranks: FloatArray, labels: IntArray, n: int, rng: np.random.Generator | None = None
) -> IntArray:
    """Positions of the n lowest ranks; a label takes a tenth of them at most (at least one).

    Where this leaves a rest, as with fewer than ten classes, the rest is filled by rank alone.

    Args:
        ranks: (candidates,) lower is better.
        labels: (candidates,) the source's labels.
        n: how many.
        rng: breaks ties by chance; None takes the earlier one.

    Returns:
        (n,) positions, the best first.
    """
    if rng is None:
        order = np.argsort(ranks, kind="stable")
    else:
        mixed = rng.permutation(len(ranks))
        order = mixed[np.argsort(ranks[mixed], kind="stable")]
    over = _earlier_of_label(labels[order]) >= max(1, n // _SHARE)
    return np.concatenate([order[~over], order[over]])[:n]


def require_enough(size: int, n: int) -> None:
    """Refuse to choose none, or more than there are.

    Raises:
        PoolError: n is not within 1 and the number of candidates.
    """
    if not 1 <= n <= size:
        raise PoolError(
            f"{n} queries cannot be chosen from {size} candidates",
            hint="ask for at least one, and for no more than the pool holds",
        )


def _earlier_of_label(labels: IntArray) -> IntArray:
    """How many earlier entries have the same label, for each entry."""
    order = np.argsort(labels, kind="stable")
    _, first, counts = np.unique(labels[order], return_index=True, return_counts=True)
    earlier = np.empty(len(labels), dtype=np.int64)
    earlier[order] = np.arange(len(labels)) - np.repeat(first, counts)
    return earlier

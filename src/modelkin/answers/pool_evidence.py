"""Evidence from a committed pool that is asked in random order, no query twice.

The honest hypothesis is about the pool as it stands: the suspect agrees with the source on at most
``m = floor(size * bound)`` of its queries. Asked in an order drawn by the examiner after the
commitment, the answers are draws without replacement from that many agreements. For every K > m
the likelihood ratio of "K agree" against "m agree" is then a non-negative supermartingale with
start 1 under m and, as the ratio of the next answer grows with the chance of agreeing, under
every smaller number too. A mixture over K, with weights fixed beforehand, is one as well: it ever
reaches ``1 / alpha`` with chance at most ``alpha`` (Ville), whenever one stops.

Not asking twice is worth much where a pool is small: every agreement leaves fewer of the m.
Compare Waudby-Smith and Ramdas, "Confidence sequences for sampling without replacement",
NeurIPS 2020; the bound itself is no part of this, see ``e_process``.
"""

from functools import lru_cache

import numpy as np

from modelkin.errors import UsageError
from modelkin.records import BoolArray, FloatArray, IntArray

_LEANING = 2
_COUNTS, _TABLES = 48, 128
_LOWEST = -1e300


def examiner_order(size: int, n: int, rng: np.random.Generator) -> IntArray:
    """The first n positions of a pool in random order, none twice.

    Args:
        size: of the pool.
        n: how many to ask at most; a smaller pool is asked whole.
        rng: the examiner's, seeded after the commitment.
    """
    return rng.permutation(size)[:n]


def pool_capital(agree: BoolArray, size: int, bound: float) -> FloatArray:
    """Log E after each answer, against "agrees on at most this share of the pool".

    The mixture has weights in proportion to the square of the share that agrees: copies agree on
    much of a pool. Of a large pool 48 values of K are taken.

    Args:
        agree: (n, ...) whether the suspect answered like the source, in the order of asking.
        size: queries in the committed pool, n or more.
        bound: largest share of the pool on which honest models agree.

    Returns:
        (n, ...) natural logarithms; infinite where so many agree that the bound is refuted.

    Raises:
        UsageError: the bound is not within 0 and 1, or more was asked than the pool holds.
    """
    if not 0 < bound < 1:
        raise UsageError(f"an agreement bound of {bound:g}", hint="give a share within 0 and 1")
    if not 0 < len(agree) <= size:
        raise UsageError(
            f"{len(agree)} answers from a pool of {size}",
            hint="ask at least one query, and none of the pool twice",
        )
    honest = min(int(np.floor(size * bound + 1e-9)), size - 1)
    table = _table(len(agree), size, honest)
    seen = np.cumsum(agree, axis=0)
    asked = np.arange(len(agree)).reshape(-1, *(1,) * (agree.ndim - 1))
    found: FloatArray = table[asked, seen]
    return found


@lru_cache(maxsize=_TABLES)
def _table(n: int, size: int, honest: int) -> FloatArray:
    """Log E by (answers - 1, agreements): the same for all suspects that are asked one pool."""
    counts = np.unique(np.linspace(honest + 1, size, _COUNTS).round().astype(np.int64))
    weights = (counts / size) ** _LEANING
    logs = np.log(weights / weights.sum())[:, None]
    table = np.full((n, n + 1), -np.inf)
    for row in range(n):
        agreed = np.arange(row + 2)
        top = _log_chance(counts[:, None], size, row + 1, agreed) + logs
        most = np.maximum(top.max(axis=0), _LOWEST)
        with np.errstate(divide="ignore"):
            summed = most + np.log(np.exp(top - most).sum(axis=0))
        under = _log_chance(np.array(honest), size, row + 1, agreed)
        possible = np.isfinite(under)
        refuted = np.where(agreed > honest, np.inf, -np.inf)
        table[row, agreed] = np.where(possible, summed - np.where(possible, under, 0.0), refuted)
    table.setflags(write=False)
    return table


def _log_chance(agreeing: IntArray, size: int, asked: int, agreed: IntArray) -> FloatArray:
    """Log chance of one order of answers, up to what does not depend on ``agreeing``."""
    logs = np.append(0.0, np.cumsum(np.log(np.arange(1, size + 1))))
    left, missed = agreeing - agreed, size - agreeing - (asked - agreed)
    possible = (left >= 0) & (missed >= 0)
    value = (
        logs[agreeing]
        - logs[np.maximum(left, 0)]
        + logs[size - agreeing]
        - logs[np.maximum(missed, 0)]
    )
    return np.asarray(np.where(possible, value, -np.inf), dtype=np.float64)

"""Jensen-Shannon divergence of class probabilities, averaged over the queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.duplicates import same_arrays
from modelkin.answers.losses import Losses, divergence_losses
from modelkin.protocols import SimilarityMeasure
from modelkin.records import FloatArray

_TINY = np.finfo(np.float64).tiny
_SLACK = 0.05


@dataclass(frozen=True)
class JensenShannon(SimilarityMeasure):
    """``1 - d`` with ``d(f, g) = E JS(f(x), g(x))`` over the query measure, in bits.

    With logarithms of base 2, d lies in [0, 1] and is 1 when the two never allow one class. It
    is no metric, ``sqrt(d)`` is one: sqrt(JS) is a metric on distributions (Endres and
    Schindelin 2003), and the root mean square of metrics is one again. Rows that are no
    distributions are read as logits; others are scaled to sum to 1.

    >>> import numpy as np
    >>> f, g = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    >>> JensenShannon().distance(f, g), JensenShannon().pair(f, f)
    (1.0, 1.0)
    """

    name: ClassVar[str] = "jensen_shannon"

    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair, in [0, 1]."""
        return 1.0 - self.distance(a, b)

    def distance(self, a: FloatArray, b: FloatArray) -> float:
        """Mean divergence over the queries, in bits."""
        if np.array_equal(a, b):
            return 0.0
        p, q = _distributions(a), _distributions(b)
        return _divergence(_entropy(p), _entropy(q), _entropy(p + q), len(p))

    def losses(self, a: FloatArray, b: FloatArray) -> Losses:
        """Divergence of each query."""
        return divergence_losses(_distributions(a), _distributions(b))

    def matrix(self, prints: Sequence[FloatArray]) -> FloatArray:
        """Rate all pairs; what belongs to one model is computed once."""
        every = [_distributions(rows) for rows in prints]
        own = [_entropy(rows) for rows in every]
        rated = np.eye(len(prints))
        # raised to the least number once and not in every sum; 0 log 0 stays 0 within rounding
        above = [np.maximum(rows, _TINY).ravel() for rows in every]
        sums, logs = (np.empty_like(above[0]) if above else np.empty(0) for _ in range(2))
        for row, p in enumerate(above):
            for column in range(row):
                np.add(p, above[column], out=sums)
                np.log2(sums, out=logs)
                shared = -float(np.dot(sums, logs))
                distance = _divergence(own[row], own[column], shared, len(every[row]))
                rated[row, column] = rated[column, row] = 1.0 - distance
        first = same_arrays(prints)
        rated[first[:, None] == first] = 1.0
        return rated


def _distributions(rows: FloatArray) -> FloatArray:
    """(n, k) rows that are non-negative and sum to 1."""
    sums = rows.sum(axis=1, keepdims=True)
    if bool((rows >= 0).all() and (np.abs(sums - 1) <= _SLACK).all()):
        return np.asarray(rows / sums, dtype=np.float64)
    odds = np.exp(rows - rows.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float64)


def _entropy(rows: FloatArray) -> float:
    """Minus the sum of x log2 x over all entries."""
    logs = np.maximum(rows, _TINY)
    np.log2(logs, out=logs)
    return -float(np.vdot(rows, logs))


def _divergence(first: float, second: float, shared: float, queries: int) -> float:
    # p and q sum to 1 each, so H of their mean is (H(p + q) + 2) / 2 a query
    total = shared / 2 + queries - (first + second) / 2
    return float(np.clip(total / queries, 0.0, 1.0))

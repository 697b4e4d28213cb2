"""Representation-similarity matrix: how far apart a model puts every two queries."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, IntArray, Responses


@dataclass(frozen=True)
class DistanceMatrix(FingerprintMethod):
    """Euclidean distances between the centred log-outputs of all pairs of queries.

    Attributes:
        limit: with more queries than this, evenly spaced ones are used: pairs grow with the
            square, and so would memory.
    """

    name: ClassVar[str] = "distance_matrix"
    needs: ClassVar[Access] = Access.SCORES
    limit: int = 512

    def extract(self, responses: Responses) -> FloatArray:
        """(n (n - 1) / 2,) distances, upper triangle row by row."""
        cloud = log_scores(responses)
        if len(cloud) > self.limit:
            cloud = cloud[np.linspace(0, len(cloud) - 1, self.limit).astype(np.int64)]
        squares = (cloud**2).sum(axis=1)
        gaps = -2 * (cloud @ cloud.T)
        gaps += squares[:, None]
        gaps += squares
        found = gaps.ravel().take(_upper(len(cloud)))
        np.maximum(found, 0.0, out=found)
        return np.asarray(np.sqrt(found, out=found), dtype=np.float64)


@cache
def _upper(n: int) -> IntArray:
    """Places of the upper triangle in an (n, n) matrix, row by row."""
    rows, columns = np.triu_indices(n, k=1)
    return np.asarray(rows * n + columns, dtype=np.int64)

"""Representation-similarity matrix: how far apart a model puts every two queries."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


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
        found = np.empty(len(cloud) * (len(cloud) - 1) // 2)
        filled = 0
        for row in range(len(cloud) - 1):
            rest = slice(row + 1, None)
            gram = squares[row] + squares[rest] - 2 * (cloud[rest] @ cloud[row])
            found[filled : filled + len(gram)] = gram
            filled += len(gram)
        return np.asarray(np.sqrt(np.maximum(found, 0.0)), dtype=np.float64)

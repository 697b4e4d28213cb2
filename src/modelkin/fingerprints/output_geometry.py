"""Outputs as a point cloud, whose geometry can be compared across label sets."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


@dataclass(frozen=True)
class OutputGeometry(FingerprintMethod):
    """Centred log-outputs, optionally whitened so that no direction dominates.

    Attributes:
        ridge: share of the mean variance added to every direction before whitening; None leaves
            the outputs as they are.
    """

    name: ClassVar[str] = "output_geometry"
    needs: ClassVar[Access] = Access.SCORES
    ridge: float | None = None

    def extract(self, responses: Responses) -> FloatArray:
        """(n, k), a row a query, columns centred."""
        scores = log_scores(responses)
        if self.ridge is None:
            return np.asarray(scores - scores.mean(axis=0), dtype=np.float64)
        return whitened(scores, self.ridge)


def whitened(scores: FloatArray, ridge: float) -> FloatArray:
    """(n, k) centred, the variance of every direction brought near 1.

    Args:
        scores: (n, k), a row a query.
        ridge: share of the mean variance added to every direction first.
    """
    cloud: FloatArray = scores - scores.mean(axis=0)
    variances, axes = np.linalg.eigh(cloud.T @ cloud / len(cloud))
    floor = ridge * max(float(variances.mean()), np.finfo(np.float64).tiny)
    scale = 1 / np.sqrt(np.maximum(variances, 0.0) + floor)
    return np.asarray((cloud @ axes) * scale @ axes.T, dtype=np.float64)

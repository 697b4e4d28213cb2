"""Debiased centred kernel alignment of two point clouds over the same queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import SimilarityMeasure
from modelkin.records import FloatArray

_LEAST_QUERIES = 4
_ROUNDING = 1e-12


@dataclass(frozen=True)
class DebiasedCka(SimilarityMeasure):
    """Linear CKA with the unbiased HSIC estimator of Song et al. (2012).

    Independent clouds give 0 on average whatever their widths, where the plain estimator grows
    with width over queries. Invariant to rotation, shift and isotropic scale of either side.
    """

    name: ClassVar[str] = "debiased_cka"

    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair; at most 1, about 0 (also slightly below) for independent clouds."""
        if np.array_equal(a, b):
            return 1.0
        x, y = _centre(a), _centre(b)
        return _ratio(_hsic(x, y), _hsic(x, x), _hsic(y, y))

    def matrix(self, prints: Sequence[FloatArray]) -> FloatArray:
        """Rate all pairs, computing what belongs to one model once."""
        clouds = [_centre(cloud) for cloud in prints]
        norms = [_hsic(cloud, cloud) for cloud in clouds]
        rated = np.eye(len(prints))
        for row, cloud in enumerate(clouds):
            for column in range(row):
                value = 1.0
                if not np.array_equal(prints[row], prints[column]):
                    value = _ratio(_hsic(cloud, clouds[column]), norms[row], norms[column])
                rated[row, column] = rated[column, row] = value
        return rated


def _centre(cloud: FloatArray) -> FloatArray:
    return np.asarray(cloud - cloud.mean(axis=0), dtype=np.float64)


def _hsic(x: FloatArray, y: FloatArray) -> float:
    """Unbiased HSIC of linear kernels with zero diagonals, without any n x n matrix."""
    n = len(x)
    if n < _LEAST_QUERIES:
        return 0.0
    own_x, own_y = (x**2).sum(axis=1), (y**2).sum(axis=1)
    rows_x, rows_y = x @ x.sum(axis=0) - own_x, y @ y.sum(axis=0) - own_y
    squares, owns = float(((x.T @ y) ** 2).sum()), float(own_x @ own_y)
    apart = float(rows_x.sum() * rows_y.sum()) / ((n - 1) * (n - 2))
    crossed = 2.0 * float(rows_x @ rows_y) / (n - 2)
    found = squares - owns + apart - crossed
    size = squares + owns + abs(apart) + abs(crossed)
    # what cancels to rounding noise is 0: a ratio of two such residues would be arbitrary
    return found / (n * (n - 3)) if abs(found) > _ROUNDING * size else 0.0


def _ratio(cross: float, first: float, second: float) -> float:
    return cross / float(np.sqrt(first) * np.sqrt(second)) if first > 0 and second > 0 else 0.0

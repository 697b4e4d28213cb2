"""Pearson correlation of two representations of one shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.duplicates import same_arrays
from modelkin.answers.pairwise import gram
from modelkin.protocols import SimilarityMeasure
from modelkin.records import FloatArray

_ROUNDING = 1e-13


@dataclass(frozen=True)
class Correlation(SimilarityMeasure):
    """Pearson correlation over all entries; 0 when one side is constant.

    >>> import numpy as np
    >>> round(Correlation().pair(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])), 6)
    -1.0
    """

    name: ClassVar[str] = "correlation"

    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair, in [-1, 1]."""
        if np.array_equal(a, b):
            return 1.0
        x, y = _centre(a), _centre(b)
        norms = float(np.linalg.norm(x) * np.linalg.norm(y))
        return float(x @ y) / norms if norms else 0.0

    def matrix(self, prints: Sequence[FloatArray]) -> FloatArray:
        """Rate all pairs by matrix products."""
        vectors = [values.ravel() for values in prints]
        products = gram(vectors, shifts=[float(vector.mean()) for vector in vectors])
        norms: FloatArray = np.sqrt(np.diag(products))
        sizes = np.array([np.linalg.norm(vector) for vector in vectors])
        norms[norms <= _ROUNDING * sizes] = 0.0
        scale = np.outer(norms, norms)
        rated: FloatArray = np.divide(products, scale, out=np.zeros_like(products), where=scale > 0)
        first = same_arrays(prints)
        rated[first[:, None] == first] = 1.0
        return rated


def _centre(values: FloatArray) -> FloatArray:
    centred = values.ravel() - values.mean()
    # what rounding leaves of a constant is no pattern: two such rests would correlate fully
    constant = np.linalg.norm(centred) <= _ROUNDING * np.linalg.norm(values)
    return np.zeros_like(centred) if constant else np.asarray(centred, dtype=np.float64)

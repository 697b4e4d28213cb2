"""Pearson correlation of two representations of one shape."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import SimilarityMeasure
from modelkin.records import FloatArray


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
        x, y = a.ravel() - a.mean(), b.ravel() - b.mean()
        norms = float(np.linalg.norm(x) * np.linalg.norm(y))
        return float(x @ y) / norms if norms else 0.0

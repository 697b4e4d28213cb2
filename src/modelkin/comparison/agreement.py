"""Share of equal entries."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import SimilarityMeasure
from modelkin.records import FloatArray


@dataclass(frozen=True)
class Agreement(SimilarityMeasure):
    """Share of queries on which both models predict one class.

    >>> import numpy as np
    >>> Agreement().pair(np.array([1.0, 2.0]), np.array([1.0, 3.0]))
    0.5
    """

    name: ClassVar[str] = "agreement"

    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair, in [0, 1]."""
        return float(np.mean(a == b))

    def distance(self, a: FloatArray, b: FloatArray) -> float:
        """Share of queries on which the labels differ."""
        return 1.0 - self.pair(a, b)

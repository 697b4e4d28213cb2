"""Distance in function space, estimated over the queries."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import SimilarityMeasure
from modelkin.records import FloatArray


@dataclass(frozen=True)
class FunctionDistance(SimilarityMeasure):
    """``d_p(f, g) = (E ||f(x) - g(x)||_p^p)^(1/p)`` over the query measure.

    On probabilities the largest possible distance is ``2^(1/p)`` and the similarity is
    ``1 - d / 2^(1/p)``; on other outputs there is no largest one and it is ``1 / (1 + d)``.
    Reconstruction of Theiss, Brust and Denzler (2018), whose norm is not public.

    Attributes:
        p: 1 or 2.
        halved: report half the L1 distance, which on probabilities is the total variation.

    >>> import numpy as np
    >>> f, g = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    >>> FunctionDistance(p=1).distance(f, g), FunctionDistance(p=1).pair(f, g)
    (2.0, 0.0)
    """

    name: ClassVar[str] = "function_distance"
    p: int = 1
    halved: bool = False

    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair, in [0, 1]."""
        distance = self._distance(a, b)
        if _on_simplex(a) and _on_simplex(b):
            return float(1 - distance / 2 ** (1 / self.p))
        return float(1 / (1 + distance))

    def distance(self, a: FloatArray, b: FloatArray) -> float:
        """The distance itself, in the unit of the outputs."""
        return self._distance(a, b) / (2 if self.halved else 1)

    def _distance(self, a: FloatArray, b: FloatArray) -> float:
        powers = (np.abs(a - b) ** self.p).sum(axis=1)
        return float(powers.mean() ** (1 / self.p))


def _on_simplex(rows: FloatArray) -> bool:
    return bool((rows >= 0).all() and np.allclose(rows.sum(axis=1), 1, atol=0.05))

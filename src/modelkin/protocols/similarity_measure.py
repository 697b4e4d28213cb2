"""What rates two representations."""

import abc
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from modelkin.answers.losses import Losses
from modelkin.protocols.component import Component
from modelkin.records import FloatArray


class SimilarityMeasure(Component, abc.ABC):
    """Rates a pair of representations; larger means more alike, identical is 1.

    Attributes:
        symmetric: swapping the two changes nothing.
    """

    symmetric: ClassVar[bool] = True

    @abc.abstractmethod
    def pair(self, a: FloatArray, b: FloatArray) -> float:
        """Rate one pair."""

    def matrix(self, prints: Sequence[FloatArray]) -> FloatArray:
        """Rate all pairs; override only to be faster, never to differ."""
        rated = np.empty((len(prints), len(prints)))
        for row, a in enumerate(prints):
            for column, b in enumerate(prints):
                swapped = self.symmetric and column < row
                rated[row, column] = rated[column, row] if swapped else self.pair(a, b)
        return rated

    def distance(self, a: FloatArray, b: FloatArray) -> float | None:
        """The distance behind the similarity, in its own unit, where there is one."""
        del a, b
        return None

    def losses(self, a: FloatArray, b: FloatArray) -> Losses | None:
        """What each query adds to that distance, where it is a mean of bounded terms."""
        del a, b
        return None

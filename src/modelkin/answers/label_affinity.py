"""How likely models that give one label to an input give it a certain other one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from modelkin.records import FloatArray, IntArray

_MOST_CLASSES = 4096
_PRIOR = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class LabelAffinity:
    """Which labels honest models exchange for each other, read from their own answers.

    Two steps are taken, from a label to one that another model gave instead, and on: ten
    thousand inputs show only a few of the pairs of a thousand classes. Where honest models never
    go, an answer of the source is its own.

    Attributes:
        references: (k, n) labels that k honest models gave to n inputs.
    """

    references: IntArray

    def to(self, labels: IntArray) -> FloatArray:
        """(n,) chance of a label at each input, as far as the references' labels there lead to it.

        With more than 4,096 different labels it is 0 everywhere: the table would not fit.

        Args:
            labels: (n,) labels at the same inputs.
        """
        if not len(self._steps):
            return np.zeros(len(labels))
        known, codes = self._codes
        place = np.searchsorted(known, labels).clip(max=len(known) - 1)
        found: FloatArray = np.zeros(len(labels))
        for given in codes:
            found += self._steps[given, place]
        found[known[place] != labels] = 0.0
        return found / len(self.references)

    def shares(self, labels: IntArray) -> FloatArray:
        """(n,) how often the references give such a label at all: 1 is as often as the average."""
        known, codes = self._codes
        counts = np.bincount(codes.ravel(), minlength=len(known))
        place = np.searchsorted(known, labels).clip(max=len(known) - 1)
        found = np.where(known[place] == labels, counts[place], 0)
        return np.asarray(found / counts.mean(), dtype=np.float64)

    @cached_property
    def _codes(self) -> tuple[IntArray, IntArray]:
        """The labels there are, ascending, and the references' answers as places among them."""
        known, codes = np.unique(self.references, return_inverse=True)
        return known, codes.reshape(self.references.shape)

    @cached_property
    def _steps(self) -> FloatArray:
        """(from, to) chances of two steps; empty where a table makes no sense."""
        known, codes = self._codes
        size = len(known)
        if size > _MOST_CLASSES or len(codes) == 1:
            return np.empty((0, 0))
        pairs = np.zeros(size * size)
        for row, one in enumerate(codes):
            for other in np.delete(codes, row, axis=0):
                pairs += np.bincount(one * size + other, minlength=size * size)
        counts = pairs.reshape(size, size)
        once = counts / (counts.sum(axis=1, keepdims=True) + _PRIOR)
        return np.asarray(once @ once, dtype=np.float64)

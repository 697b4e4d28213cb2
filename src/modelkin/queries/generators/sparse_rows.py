"""Rows that are mostly zero."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import normals, numbers, uniforms
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class SparseRows(QueryGenerator):
    """Normal numbers in a few columns, zero in the others, as counts and one-hot codes are.

    Attributes:
        least: smallest expected share of columns that are not zero.
        most: largest expected share.
    """

    name: ClassVar[str] = "sparse_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    least: float = 0.05
    most: float = 0.4

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one row."""
        share = self.least + (self.most - self.least) * numbers(rng, 1)[0]
        kept = uniforms(rng, (1, *shape)) < share
        return np.where(kept, normals(rng, (1, *shape)), 0.0).astype(np.float32)

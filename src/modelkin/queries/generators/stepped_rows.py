"""Rows of few distinct values."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import uniforms
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class SteppedRows(QueryGenerator):
    """Whole steps between -1 and 1, as ratings, categories and binned columns have.

    Attributes:
        levels: distinct values, at least 2.
    """

    name: ClassVar[str] = "stepped_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    levels: int = 5

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one row."""
        steps = np.floor(uniforms(rng, (1, *shape)) * self.levels)
        return (2.0 * steps / (self.levels - 1) - 1.0).astype(np.float32)

"""Uniformly distributed rows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import uniforms
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class UniformRows(QueryGenerator):
    """Independent uniform numbers.

    Attributes:
        low: least value.
        high: greatest value.
    """

    name: ClassVar[str] = "uniform_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    low: float = 0.0
    high: float = 1.0

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one row."""
        values = self.low + (self.high - self.low) * uniforms(rng, (1, *shape))
        return values.astype(np.float32)

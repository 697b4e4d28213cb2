"""Normally distributed rows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import normals
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class NormalRows(QueryGenerator):
    """Independent normal numbers.

    Attributes:
        sd: standard deviation.
    """

    name: ClassVar[str] = "normal_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    sd: float = 1.0

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one row."""
        return (self.sd * normals(rng, (1, *shape))).astype(np.float32)

"""Rows with a few extreme values."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import uniforms
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class HeavyTailedRows(QueryGenerator):
    """Independent Student numbers with two degrees of freedom: outliers are common.

    Of all heavy tails this one has a quantile function without logarithms or powers: Shaw,
    "Sampling Student's t distribution", Journal of Computational Finance, 2006.

    Attributes:
        scale: factor on every value.
    """

    name: ClassVar[str] = "heavy_tailed_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    scale: float = 1.0

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one row."""
        # kept off 0 and 1, where the quantile is infinite
        share = uniforms(rng, (1, *shape)) * (1.0 - 2.0**-16) + 2.0**-17
        values = self.scale * (2.0 * share - 1.0) / np.sqrt(2.0 * share * (1.0 - share))
        return values.astype(np.float32)

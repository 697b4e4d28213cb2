"""Blurred noise."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import field_to_pixels, muted, octaves
from modelkin.queries.randomness import below
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class SmoothNoise(QueryGenerator):
    """Soft blobs: a coarse grid of random colours, enlarged until no cell shows.

    Attributes:
        sd: standard deviation of the grid's colours, as a share of the range.
        cells: most cells along the shorter side; each query has one of them.
    """

    name: ClassVar[str] = "smooth_noise"
    modality: ClassVar[Modality] = Modality.IMAGE
    sd: float = 0.35
    cells: tuple[int, ...] = (3, 6, 12)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        cells = self.cells[below(rng, len(self.cells))]
        field = muted(rng, octaves(rng, shape, coarsest=cells, finest=0))
        return field_to_pixels(0.5 + self.sd * field)

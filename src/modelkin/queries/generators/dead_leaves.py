"""Overlapping shapes of all sizes."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import palette, to_pixels
from modelkin.queries.randomness import uniforms
from modelkin.records import AnyArray, Modality

_RECTANGLES = 0.4


@dataclass(frozen=True)
class DeadLeaves(QueryGenerator):
    """Disks and rectangles that cover each other, with power-law sizes, as objects do.

    The dead leaves model: Lee, Mumford and Huang, "Occlusion models for natural images",
    International Journal of Computer Vision, 2001.

    Attributes:
        leaves: shapes in a picture.
        smallest: least radius, as a share of the shorter side.
        largest: greatest radius; between the two the density falls with the third power.
    """

    name: ClassVar[str] = "dead_leaves"
    modality: ClassVar[Modality] = Modality.IMAGE
    leaves: int = 72
    smallest: float = 0.04
    largest: float = 0.4

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        height, width = shape[:2]
        chance = uniforms(rng, (5, self.leaves))
        ratio = self.smallest / self.largest
        radii = self.smallest / np.sqrt(1.0 - chance[0] * (1.0 - ratio * ratio))
        radii *= min(height, width)
        owner = np.zeros((height, width), dtype=np.int64)
        y, x = np.arange(height) + 0.5, np.arange(width) + 0.5
        leaves = zip(
            radii.tolist(),
            (chance[1] * height).tolist(),
            (chance[2] * width).tolist(),
            chance[3].tolist(),
            chance[4].tolist(),
            strict=True,
        )
        for leaf, (radius, top, left, kind, aspect) in enumerate(leaves, start=1):
            rectangle = kind < _RECTANGLES
            tall = radius * (0.3 + 0.7 * aspect) if rectangle else radius
            rows = slice(max(0, int(top - tall)), int(top + tall) + 1)
            columns = slice(max(0, int(left - radius)), int(left + radius) + 1)
            if rectangle:
                owner[rows, columns] = leaf
                continue
            dy, dx = y[rows] - top, x[columns] - left
            inside = (dy * dy)[:, None] + dx * dx <= radius * radius
            np.copyto(owner[rows, columns], leaf, where=inside)
        return to_pixels(palette(rng, self.leaves + 1))[owner][None]

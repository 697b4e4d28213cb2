"""Gaussian noise around a random colour."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import to_pixels
from modelkin.queries.randomness import normals, uniforms
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class TintedNoise(QueryGenerator):
    """Independent normal noise in every pixel and channel, around a random tint.

    Attributes:
        sd: standard deviation before clipping, as a share of the range.
    """

    name: ClassVar[str] = "tinted_noise"
    modality: ClassVar[Modality] = Modality.IMAGE
    sd: float = 0.08

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        tint = uniforms(rng, (3,))
        noise = normals(rng, (1, *shape))
        noise *= self.sd
        noise += tint
        return to_pixels(noise)

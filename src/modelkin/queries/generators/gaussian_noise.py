"""Gaussian noise around a grey."""

import functools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import Pixels, to_pixels
from modelkin.queries.randomness import below, normal_quantiles, words16
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class GaussianNoise(QueryGenerator):
    """Independent normal noise in every pixel and channel, around one of a few greys.

    Attributes:
        sd: standard deviation before clipping, as a share of the range.
        greys: mean levels; each query has one of them.
    """

    name: ClassVar[str] = "gaussian_noise"
    modality: ClassVar[Modality] = Modality.IMAGE
    sd: float = 0.08
    greys: tuple[float, ...] = (0.5,)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        grey = self.greys[below(rng, len(self.greys))]
        return _levels(grey, self.sd)[words16(rng, (1, *shape))]


@functools.lru_cache(maxsize=64)
def _levels(grey: float, sd: float) -> Pixels:
    # rounding the 65,536 quantiles beats rounding every pixel
    return to_pixels(grey + sd * normal_quantiles())

"""Uniform noise around middle grey."""

import functools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import Pixels, to_pixels
from modelkin.queries.randomness import words16
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class UniformNoise(QueryGenerator):
    """Independent uniform noise in every pixel and channel, centred on middle grey.

    Attributes:
        amplitude: width of the interval, as a share of the range; 1 fills it.
    """

    name: ClassVar[str] = "uniform_noise"
    modality: ClassVar[Modality] = Modality.IMAGE
    amplitude: float = 1.0

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        return _levels(self.amplitude)[words16(rng, (1, *shape))]


@functools.lru_cache(maxsize=64)
def _levels(amplitude: float) -> Pixels:
    # rounding 65,536 levels once beats rounding every pixel
    return to_pixels(0.5 + amplitude * ((np.arange(1 << 16) + 0.5) / (1 << 16) - 0.5))

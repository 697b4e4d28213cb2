"""Faint Gaussian noise in steps of 2/255, which every common quantization holds exactly."""

import functools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import Pixels
from modelkin.queries.randomness import normal_quantiles, words16
from modelkin.records import AnyArray, Modality

_STEPS = 127.5  # of 2/255 in the range
_MOST = 127


@dataclass(frozen=True)
class EvenNoise(QueryGenerator):
    """Independent normal noise around a grey, every value an even byte.

    Read as reals ``byte / 255``, even bytes are multiples of 2/255. Byte inputs of scale 1/255 and
    of scale 2/255 both hold these exactly, so float and quantized models get the same reals.

    Attributes:
        grey: mean level, as a share of the range.
        sd: standard deviation before clipping, likewise.
    """

    name: ClassVar[str] = "even_noise"
    modality: ClassVar[Modality] = Modality.IMAGE
    grey: float = 0.5
    sd: float = 0.08

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        return _levels(self.grey, self.sd)[words16(rng, (1, *shape))]


@functools.lru_cache(maxsize=64)
def _levels(grey: float, sd: float) -> Pixels:
    halves = np.clip(np.rint((grey + sd * normal_quantiles()) * _STEPS), 0, _MOST)
    return np.asarray(2 * halves, dtype=np.uint8)

"""Noise with a 1/f spectrum."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import field_to_pixels, muted, octaves
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class PinkNoise(QueryGenerator):
    """Clouds: octaves of smooth noise of equal strength, the spectrum of natural pictures.

    After Baradad, Wulff, Wang, Isola and Torralba, "Learning to see by looking at noise",
    NeurIPS 2021, which draws the spectrum itself; octaves need no Fourier transform, whose
    rounding differs between machines.

    Attributes:
        sd: standard deviation of one octave, as a share of the range.
    """

    name: ClassVar[str] = "pink_noise"
    modality: ClassVar[Modality] = Modality.IMAGE
    sd: float = 0.12

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        field = muted(rng, octaves(rng, shape, coarsest=2, finest=None))
        return field_to_pixels(0.5 + self.sd * field)

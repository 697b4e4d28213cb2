"""Plain noise at several contrasts, for models that tell different classes."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.gaussian_noise import GaussianNoise
from modelkin.queries.generators.uniform_noise import UniformNoise
from modelkin.records import Modality


@dataclass(frozen=True)
class ImageNoiseV1(PoolRecipe):
    """Pictures: noise alone, 80 % Gaussian and 20 % uniform, from faint to strong.

    Far from all data no task makes two models agree, so what they share there they inherited. Faint
    noise keeps models out of saturation, several greys and contrasts keep one of them from losing
    the whole pool.
    """

    name: ClassVar[str] = "image_noise_v1"
    modality: ClassVar[Modality] = Modality.IMAGE

    def mixture(self) -> tuple[Portion, ...]:
        """One round: 50 queries."""
        return (
            Portion("gaussian-.05", GaussianNoise(sd=0.05, greys=(0.5,)), 6),
            Portion("gaussian-.08", GaussianNoise(sd=0.08, greys=(0.25, 0.5, 0.5, 0.75)), 24),
            Portion("gaussian-.16", GaussianNoise(sd=0.16, greys=(0.5,)), 10),
            Portion("uniform-.2", UniformNoise(amplitude=0.2), 4),
            Portion("uniform-1", UniformNoise(amplitude=1.0), 6),
        )

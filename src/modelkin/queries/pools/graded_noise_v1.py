"""Faint noise around greys, graded by contrast and brightness, given to all models as one."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.even_noise import EvenNoise
from modelkin.records import Modality


@dataclass(frozen=True)
class GradedNoiseV1(PoolRecipe):
    """White noise of five contrasts around four greys, fed to all models as the same reals.

    Meant for models with other heads on one backbone: their answers part on natural pictures and
    saturate on strong ones, while faint noise shows the backbone. Most models that one grade
    saturates answer another.
    """

    name: ClassVar[str] = "graded_noise_v1"
    modality: ClassVar[Modality] = Modality.IMAGE
    reals: ClassVar[bool] = True

    def mixture(self) -> tuple[Portion, ...]:
        """One round: nine queries."""
        return (
            Portion("even-.50-.08", EvenNoise(grey=0.5, sd=0.08), 2),
            Portion("even-.50-.16", EvenNoise(grey=0.5, sd=0.16), 1),
            Portion("even-.50-.25", EvenNoise(grey=0.5, sd=0.25), 1),
            Portion("even-.50-.03", EvenNoise(grey=0.5, sd=0.03), 1),
            Portion("even-.25-.08", EvenNoise(grey=0.25, sd=0.08), 1),
            Portion("even-.75-.08", EvenNoise(grey=0.75, sd=0.08), 1),
            Portion("even-.10-.04", EvenNoise(grey=0.1, sd=0.04), 1),
            Portion("even-.10-.12", EvenNoise(grey=0.1, sd=0.12), 1),
        )

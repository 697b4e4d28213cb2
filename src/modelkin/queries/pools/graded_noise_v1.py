"""Faint noise around greys and pictures, graded, given to all models as the same reals."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.even_noise import EvenNoise
from modelkin.queries.generators.neighbourhood import Neighbourhood
from modelkin.records import Modality

_GRADES = (
    (0.5, 0.08, 6),
    (0.5, 0.16, 3),
    (0.5, 0.25, 3),
    (0.5, 0.03, 3),
    (0.25, 0.08, 3),
    (0.75, 0.08, 3),
    (0.1, 0.04, 3),
    (0.1, 0.12, 3),
)
_PICTURES = 24


@dataclass(frozen=True)
class GradedNoiseV1(PoolRecipe):
    """White noise around greys (53 %) and around 24 pictures, fed to all models as the same reals.

    Meant for models with other heads on one backbone: their answers part on natural pictures and
    saturate on strong ones, while faint noise shows the backbone. Contrasts and greys are graded,
    so that most models that one part saturates answer another.
    """

    name: ClassVar[str] = "graded_noise_v1"
    modality: ClassVar[Modality] = Modality.IMAGE
    reals: ClassVar[bool] = True

    def mixture(self) -> tuple[Portion, ...]:
        """One round: 51 queries, 27 around greys, 24 around pictures."""
        greys = (
            Portion(f"even-{grey:.2f}-{sd:.2f}", EvenNoise(grey=grey, sd=sd), weight)
            for grey, sd, weight in _GRADES
        )
        pictures = (
            Portion(f"even-near-{number:02d}", Neighbourhood(picture=number), 1)
            for number in range(_PICTURES)
        )
        return (*greys, *pictures)

"""The first mixture of latent codes."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.latent_normal import LatentNormal
from modelkin.records import Modality


@dataclass(frozen=True)
class LatentNormalV1(PoolRecipe):
    """Standard normal codes for generative models."""

    name: ClassVar[str] = "latent_normal_v1"
    modality: ClassVar[Modality] = Modality.LATENT

    def mixture(self) -> tuple[Portion, ...]:
        """One part only."""
        return (Portion("normal", LatentNormal(), 1),)

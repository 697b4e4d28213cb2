"""Normal codes for generative models."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import normals
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class LatentNormal(QueryGenerator):
    """Independent standard normal numbers, what most generators take as their latent code.

    Attributes:
        sd: standard deviation; below 1 is the usual truncation towards typical codes.
    """

    name: ClassVar[str] = "latent_normal"
    modality: ClassVar[Modality] = Modality.LATENT
    sd: float = 1.0

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one code."""
        return (self.sd * normals(rng, (1, *shape))).astype(np.float32)

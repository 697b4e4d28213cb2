"""Pictures with a slightly changed copy."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.pink_noise import PinkNoise
from modelkin.queries.randomness import below, signs
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class Twins(QueryGenerator):
    """A picture, then the same with every value moved a step up or down at random.

    Pairs of a seed and its perturbation are what DDV compares: Li et al., "ModelDiff:
    testing-based DNN similarity comparison for model reuse detection", ISSTA 2021.

    Attributes:
        step: size of the change in 1/255; values at the end of the range move less.
    """

    name: ClassVar[str] = "twins"
    modality: ClassVar[Modality] = Modality.IMAGE
    group: ClassVar[int] = 2
    step: int = 15

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make a picture and its twin."""
        maker = (DeadLeaves(), PinkNoise())[below(rng, 2)]
        seed = maker.draw(rng, shape)
        twin = np.clip(seed.astype(np.int64) + self.step * signs(rng, seed.shape), 0, 255)
        return np.concatenate([seed, twin.astype(np.uint8)])

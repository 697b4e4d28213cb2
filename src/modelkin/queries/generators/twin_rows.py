"""Rows with a slightly changed copy."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import normals, signs
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class TwinRows(QueryGenerator):
    """A normal row, then the same with every value moved a step up or down at random.

    The counterpart for rows of the picture twins that DDV compares: Li et al., "ModelDiff:
    testing-based DNN similarity comparison for model reuse detection", ISSTA 2021.

    Attributes:
        step: size of the change.
    """

    name: ClassVar[str] = "twin_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    group: ClassVar[int] = 2
    step: float = 0.125

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make a row and its twin."""
        seed = normals(rng, (1, *shape))
        twin = seed + self.step * signs(rng, (1, *shape))
        return np.concatenate([seed, twin]).astype(np.float32)

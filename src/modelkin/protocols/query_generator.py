"""What makes queries of one sort."""

import abc
from typing import ClassVar

import numpy as np

from modelkin.protocols.component import Component
from modelkin.records import AnyArray, Modality


class QueryGenerator(Component, abc.ABC):
    """Makes queries of one sort, each from its own random generator.

    Attributes:
        modality: kind of question.
        group: queries made together by one draw (2 for a seed and its twin).
    """

    modality: ClassVar[Modality]
    group: ClassVar[int] = 1

    @abc.abstractmethod
    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one group of queries.

        Args:
            rng: the only source of randomness.
            shape: (height, width, 3) or (columns,).

        Returns:
            (group, *shape): uint8 pictures or float32 rows.
        """

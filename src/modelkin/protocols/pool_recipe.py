"""What a pool is mixed from."""

import abc
from typing import ClassVar

from modelkin.protocols.component import Component
from modelkin.protocols.portion import Portion
from modelkin.records import Modality


class PoolRecipe(Component, abc.ABC):
    """A named, versioned mixture; once released, a version never changes.

    Attributes:
        modality: kind of question.
        reals: all models get its pictures as the same reals in [0, 1], pixel for pixel, whatever
            range and size they were trained on.
    """

    modality: ClassVar[Modality]
    reals: ClassVar[bool] = False

    @abc.abstractmethod
    def mixture(self) -> tuple[Portion, ...]:
        """The parts in fixed proportions."""

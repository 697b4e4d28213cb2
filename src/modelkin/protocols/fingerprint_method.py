"""What represents one model."""

import abc
from typing import ClassVar

from modelkin.protocols.component import Component
from modelkin.records import Access, FloatArray, Responses


class FingerprintMethod(Component, abc.ABC):
    """Turns one model's responses into a representation.

    Attributes:
        needs: the least access it works with.
        aligned: entries mean classes, so both models need the same label set.
    """

    needs: ClassVar[Access]
    aligned: ClassVar[bool] = False

    @abc.abstractmethod
    def extract(self, responses: Responses) -> FloatArray:
        """Compute the representation of responses that ``needs`` allows."""

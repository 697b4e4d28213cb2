"""A model made ready to be asked."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from modelkin.records import AnyArray, Signature


@runtime_checkable
class Subject(Protocol):
    """A model made ready to be asked in the canonical query space."""

    @property
    def name(self) -> str:
        """Short name for people."""
        ...

    @property
    def digest(self) -> str:
        """sha256 of the model and of the way it is fed."""
        ...

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the model itself declares them."""
        ...

    def answer(self, ids: Sequence[str], queries: AnyArray) -> tuple[AnyArray, ...]:
        """Answer canonical queries.

        Args:
            ids: query ids.
            queries: (n, height, width, 3) uint8 pictures or (n, columns) floats.

        Returns:
            One array an output tensor, batch axis first.
        """
        ...

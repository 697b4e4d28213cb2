"""Models behind a wire."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable


@runtime_checkable
class Wired(Protocol):
    """A model whose queries travel over a wire, where a retry costs as much as a question."""

    @property
    def sent(self) -> int:
        """Queries put on the wire so far, retries included."""
        ...

    @property
    def largest(self) -> int:
        """Most queries that one request holds; falls when a server refuses that many."""
        ...

    def meter(self, spend: Callable[[int], None]) -> None:
        """Report every spending before it happens.

        Args:
            spend: called with the number of queries about to be put on the wire, and with a
                negative number for those that never left; raises ``BudgetError`` to forbid it.
        """
        ...

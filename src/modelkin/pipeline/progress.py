"""How long work tells that it goes on, without knowing a terminal."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Progress(Protocol):
    """Shows that work goes on."""

    def task(self, title: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        """Open one task; the callback is told how many of ``total`` steps were just done."""
        ...


class Silent:
    """Shows nothing."""

    @contextmanager
    def task(self, title: str, total: int) -> Iterator[Callable[[int], None]]:
        """Open a task nobody sees."""
        del title, total
        yield _nothing


def _nothing(steps: int) -> None:
    del steps

"""Two worker processes of one thread each, for work that takes long."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

_PROCESSES = 2
_NICENESS = 5
_Item = TypeVar("_Item")
_Done = TypeVar("_Done")


@contextmanager
def workers(prepare: Callable[[], None] | None = None) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes: nothing is inherited, so that two runs cannot differ by what ran before."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        with ProcessPoolExecutor(
            _PROCESSES,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=prepare or give_way,
        ) as pool:
            yield pool
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


def each(
    job: Callable[[_Item], _Done],
    items: Sequence[_Item],
    *,
    progress: Callable[[int], None],
    prepare: Callable[[], None] | None = None,
) -> list[_Done]:
    """Do a job for every item.

    Returns:
        The results in the order of the items.
    """
    if not items:
        return []
    with workers(prepare) as pool:
        futures = [pool.submit(job, item) for item in items]
        for future in as_completed(futures):
            future.result()
            progress(1)
        return [future.result() for future in futures]


def give_way() -> None:
    """Leave the machine to what people do meanwhile."""
    os.nice(_NICENESS)


def stay() -> None:
    """Take part like any other process, for work of minutes."""

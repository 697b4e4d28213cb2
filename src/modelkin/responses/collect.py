"""Asking a model a pool: batches, exact budget, cache, resume."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from modelkin.errors import BudgetError
from modelkin.protocols import Subject
from modelkin.records import Collected, Pool
from modelkin.responses.answering import answer_directly, answer_over_wire, wire_of
from modelkin.responses.checking import require_change, require_shape, usable_responses
from modelkin.responses.journal import Journal

_BATCH_BYTES = 4 * 2**20
_LARGEST, _SMALLEST, _METERED = 256, 8, 8
_LEAST_QUERIES = 20


def collect(
    subject: Subject,
    pool: Pool,
    *,
    cache: Path,
    fresh: bool = False,
    upto: int | None = None,
    reserve: int = 0,
    least: int = _LEAST_QUERIES,
    progress: Callable[[int], None] | None = None,
) -> Collected:
    """Ask a model every query of the pool that has no recorded answer yet.

    Metered models are never asked a query twice, not even when a run was killed between asking
    and recording; such queries count as asked and are left out. Over a network a retry costs as
    much as a query: when the budget is spent, the queries that are left are given up.

    Args:
        subject: the model.
        pool: the queries; its length is the budget, which is kept exactly.
        cache: folder of recorded answers.
        fresh: forget what is recorded and ask again.
        upto: stop before this position of the pool; a later call goes on from there, with the
            same budget. Recorded answers beyond it are left out.
        reserve: queries of the budget kept for asking some of them again; as many at the end of
            the pool are not asked.
        least: fewest queries of a run; fewer suffice where every answer is judged by itself.
        progress: called with the number of answers that just became available.

    Raises:
        BudgetError: the pool is too small for any method.
        PredictionError: the model fails, changes its shape, or answers nothing usable.
    """
    last = len(pool) - reserve
    end = last if upto is None else min(upto, last)
    if end < least:
        raise BudgetError(
            f"{end} queries are too few to compare models",
            hint=f"ask at least {least}; 500 is the default",
        )
    folder = answers_folder(subject, pool, cache)
    if fresh:
        _forget(folder)
    about = {"model": subject.name, "model_digest": subject.digest, "pool": pool.name}
    started = time.perf_counter()
    with Journal(folder, n=len(pool), about=about) as journal:
        journal.budget = last
        spent = [*journal.answered, *(journal.dangling if subject.signature.metered else [])]
        todo = _gaps(spent, end)
        if progress is not None:
            progress(end - sum(stop - start for start, stop in todo))
        asked_now = _ask(subject, pool, journal, todo, progress)
        outputs, index = journal.read()
        spent_so_far = journal.sent if wire_of(subject) else max(end, _covered(spent))
    if end < len(pool):
        within = index < end
        outputs, index = [output[within] for output in outputs], index[within]
    responses = usable_responses(subject, pool, outputs, index, spent_so_far)
    # the beginning of a pool may be answered alike by a model that tells later queries apart
    if end == last:
        require_change(subject, responses)
    lost = end - len(index)
    unusable = len(index) - len(responses)
    seconds = time.perf_counter() - started
    return Collected(
        responses=responses, asked_now=asked_now, lost=lost, unusable=unusable, seconds=seconds
    )


def answers_folder(subject: Subject, pool: Pool, cache: Path) -> Path:
    """Where the answers of a model to a pool are recorded."""
    return cache / "answers" / f"{subject.digest[:24]}-{pool.digest[:24]}"


def batch_size(pool: Pool, *, metered: bool) -> int:
    """Queries put to a model at once; depends on the pool alone, so runs are repeatable."""
    size = _BATCH_BYTES // (4 * int(np.prod(pool.shape)))
    return _METERED if metered else int(np.clip(size, _SMALLEST, _LARGEST))


def _ask(
    subject: Subject,
    pool: Pool,
    journal: Journal,
    todo: Sequence[tuple[int, int]],
    progress: Callable[[int], None] | None,
) -> int:
    ids, size, asked = pool.ids, batch_size(pool, metered=subject.signature.metered), 0
    wire, before = wire_of(subject), journal.sent
    for gap_start, gap_stop in todo:
        start = gap_start
        while start < gap_stop:
            left = journal.budget - journal.sent
            if wire is not None and left <= 0:
                return journal.sent - before
            most = size if wire is None else min(wire.largest, left)
            stop = min(start + most, gap_stop)
            queries = pool.read(start, stop)
            journal.asking(start, stop)
            if wire is None:
                outputs = answer_directly(subject, ids[start:stop], queries)
            else:
                answered = answer_over_wire(subject, wire, journal, ids[start:stop], queries, start)
                if answered is None:
                    return journal.sent - before
                outputs = answered
            require_shape(subject, outputs, stop - start, journal)
            journal.keep(start, stop, outputs)
            asked += stop - start
            if progress is not None:
                progress(stop - start)
            start = stop
    return asked if wire is None else journal.sent - before


def _gaps(spans: Sequence[tuple[int, int]], n: int) -> list[tuple[int, int]]:
    """Ranges of 0..n that no span covers."""
    gaps, reached = [], 0
    for start, stop in sorted((*spans, (n, n))):
        if min(start, n) > reached:
            gaps.append((reached, min(start, n)))
        reached = max(reached, stop)
    return gaps


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    end = max((stop for _, stop in spans), default=0)
    return end - sum(stop - start for start, stop in _gaps(spans, end))


def _forget(folder: Path) -> None:
    for path in folder.glob("*"):
        if path.name != "lock":
            path.unlink()

"""Asking a model a pool: batches, exact budget, cache, resume, checks."""

import textwrap
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from modelkin.answers.coverage import constant_share
from modelkin.answers.kinds import choose_output, detect_kind, usable_rows
from modelkin.errors import (
    BudgetError,
    ConstantAnswersError,
    ModelkinError,
    PredictionError,
)
from modelkin.protocols import Subject, Wired
from modelkin.records import Access, AnyArray, Collected, IntArray, OutputKind, Pool, Responses
from modelkin.responses.journal import Journal

_BATCH_BYTES = 4 * 2**20
_LARGEST, _SMALLEST, _METERED = 256, 8, 8
_LEAST_USABLE = 0.5
_LEAST_QUERIES = 20
_MESSAGE_WIDTH = 300


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
    responses = _responses(subject, pool, outputs, index, spent_so_far)
    # the beginning of a pool may be answered alike by a model that tells later queries apart
    if end == last:
        _require_change(subject, responses)
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
            _check_shape(subject, outputs, stop - start, journal)
            journal.keep(start, stop, outputs)
            asked += stop - start
            if progress is not None:
                progress(stop - start)
            start = stop
    return asked if wire is None else journal.sent - before


def answer_over_wire(
    subject: Subject,
    wire: Wired,
    journal: Journal,
    ids: Sequence[str],
    queries: AnyArray,
    start: int,
) -> tuple[AnyArray, ...] | None:
    """Answers of a model behind a network; None when the budget ends while it is asked.

    Args:
        subject: the model.
        wire: the same, as one that counts.
        journal: told of every spending; its budget is kept.
        ids: query ids.
        queries: the queries.
        start: their first position in the journal.
    """
    before = journal.sent

    def spend(count: int) -> None:
        if journal.sent + count > journal.budget:
            raise BudgetError(
                f"the budget of {journal.budget} queries to '{subject.name}' is spent",
                hint="ask another pool, or a longer one",
            )
        journal.sending(start, count)

    wire.meter(spend)
    try:
        return answer_directly(subject, ids, queries)
    except BudgetError:
        return None
    finally:
        if journal.sent == before:
            journal.never_left(start, start + len(ids))


def wire_of(subject: Subject) -> Wired | None:
    """The model as one that counts what it sends, if it is behind a network."""
    found = getattr(subject, "wire", None)
    return found if isinstance(found, Wired) else None


def answer_directly(
    subject: Subject, ids: Sequence[str], queries: AnyArray
) -> tuple[AnyArray, ...]:
    """Answers of a model.

    Raises:
        PredictionError: it failed.
    """
    try:
        return subject.answer(ids, queries)
    except ModelkinError:
        raise
    except Exception as error:  # a foreign model may raise anything
        raise PredictionError(
            f"'{subject.name}' failed on the queries from {ids[0]}: "
            f"{type(error).__name__}: {_short(error)}",
            hint="check its preprocessing with 'modelkin inspect'; what it answered so far is kept",
        ) from error


def _check_shape(
    subject: Subject, outputs: Sequence[AnyArray], rows: int, journal: Journal
) -> None:
    counts = [output.shape[0] if output.ndim else 0 for output in outputs]
    if not outputs or any(count != rows for count in counts):
        raise PredictionError(
            f"'{subject.name}' answered {counts or 'nothing'} rows to {rows} queries",
            hint="a model must give one answer a query, batch axis first",
        )
    if not journal.expects(outputs):
        shapes = ", ".join(str(output.shape[1:]) for output in outputs)
        raise PredictionError(
            f"'{subject.name}' changed the shape or type of its answers to {shapes}",
            hint="answers must keep one shape; pass --fresh if the model was replaced",
        )


def _responses(
    subject: Subject, pool: Pool, outputs: Sequence[AnyArray], index: IntArray, asked: int
) -> Responses:
    if len(index) == 0:
        raise PredictionError(
            f"'{subject.name}' has no recorded answer left to compare",
            hint="its queries were all spent by retries or an interrupted run; pass --fresh to ask "
            "again",
        )
    values, step = choose_output(outputs, subject.signature)
    usable = usable_rows(values)
    if values.shape[1] == 0 or usable.mean() < _LEAST_USABLE:
        first = pool.ids[int(index[np.flatnonzero(~usable)[0]])] if len(usable) else "?"
        raise PredictionError(
            f"'{subject.name}' answered {len(usable) - int(usable.sum())} of {len(usable)} queries "
            f"with NaN, infinity or nothing (the first is {first})",
            hint="check its preprocessing with 'modelkin inspect'; wrong ranges overflow easily",
        )
    values = values if usable.all() else values[usable]
    kind = detect_kind(values, step, subject.signature.output)
    access = Access.LABEL if kind is OutputKind.LABELS else subject.signature.access
    kept = index[usable]
    return Responses(
        model=subject.name,
        model_digest=subject.digest,
        pool=pool.name,
        pool_digest=pool.digest,
        values=values,
        kind=kind,
        access=access,
        index=kept,
        parts=tuple(pool.parts[position] for position in kept),
        asked=asked,
        step=step,
    )


def _require_change(subject: Subject, responses: Responses) -> None:
    if constant_share(responses) >= 1.0:
        raise ConstantAnswersError(
            f"'{subject.name}' gave one and the same answer to all {len(responses)} queries",
            hint="nothing can be compared; check its preprocessing with 'modelkin inspect', "
            "or ask another pool",
        )


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


def _short(error: Exception) -> str:
    return textwrap.shorten(str(error), _MESSAGE_WIDTH, placeholder="...")

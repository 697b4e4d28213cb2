"""One batch of queries put to a model, directly or over a wire."""

import textwrap
from collections.abc import Sequence

from modelkin.errors import BudgetError, ModelkinError, PredictionError
from modelkin.protocols import Subject, Wired
from modelkin.records import AnyArray
from modelkin.responses.journal import Journal

_MESSAGE_WIDTH = 300


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


def _short(error: Exception) -> str:
    return textwrap.shorten(str(error), _MESSAGE_WIDTH, placeholder="...")

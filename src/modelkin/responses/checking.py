"""What answers must be like to be compared."""

from collections.abc import Sequence

import numpy as np

from modelkin.answers.coverage import constant_share
from modelkin.answers.kinds import choose_output, detect_kind, usable_rows
from modelkin.errors import ConstantAnswersError, PredictionError
from modelkin.protocols import Subject
from modelkin.records import Access, AnyArray, IntArray, OutputKind, Pool, Responses
from modelkin.responses.journal import Journal

_LEAST_USABLE = 0.5


def require_shape(
    subject: Subject, outputs: Sequence[AnyArray], rows: int, journal: Journal
) -> None:
    """Refuse a batch of answers that is not one a query, or not like those before.

    Raises:
        PredictionError: it is not.
    """
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


def usable_responses(
    subject: Subject, pool: Pool, outputs: Sequence[AnyArray], index: IntArray, asked: int
) -> Responses:
    """The usable answers of a run, as a record.

    Args:
        subject: who answered.
        pool: what was asked.
        outputs: one array an output tensor, rows as in ``index``.
        index: (m,) positions in the pool.
        asked: queries that were put to it.

    Raises:
        PredictionError: too few are finite numbers.
    """
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


def require_change(subject: Subject, responses: Responses) -> None:
    """Refuse a model that gives one answer to everything.

    Raises:
        ConstantAnswersError: it does.
    """
    if constant_share(responses) >= 1.0:
        raise ConstantAnswersError(
            f"'{subject.name}' gave one and the same answer to all {len(responses)} queries",
            hint="nothing can be compared; check its preprocessing with 'modelkin inspect', "
            "or ask another pool",
        )

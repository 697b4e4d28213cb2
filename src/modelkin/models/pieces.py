"""Putting a batch to a model that takes only so many rows at once."""

from collections.abc import Callable, Sequence

import numpy as np

from modelkin.errors import PredictionError
from modelkin.records import AnyArray

Run = Callable[[Sequence[AnyArray]], Sequence[AnyArray]]


def run_in_pieces(
    run: Run, inputs: Sequence[AnyArray], size: int, *, pad: bool = True
) -> tuple[AnyArray, ...]:
    """Answer a batch of any size by a function that takes ``size`` rows.

    Args:
        run: answers one piece.
        inputs: one array an input tensor, batch axis first.
        size: rows of a piece.
        pad: fill the last piece up by repeating its last row, and cut its answers.

    Raises:
        PredictionError: the pieces' answers do not fit together.
    """
    answered: list[list[AnyArray]] = []
    for start in range(0, len(inputs[0]), size):
        piece = [rows[start : start + size] for rows in inputs]
        found = len(piece[0])
        if pad and found < size:
            piece = [_filled(rows, size) for rows in piece]
        answered.append([_by_row(answer, len(piece[0]))[:found] for answer in run(piece)])
    try:
        return tuple(np.concatenate(outputs) for outputs in zip(*answered, strict=True))
    except ValueError as error:
        raise PredictionError(
            f"answers to different queries have different shapes ({error})",
            hint="wrap the model in a Python function that returns rows of one length",
        ) from error


def require_rows(answers: Sequence[AnyArray], rows: int) -> None:
    """Refuse answers that are not a row a query.

    Raises:
        PredictionError: some output has another number of rows.
    """
    for position, answer in enumerate(answers):
        if answer.shape[:1] != (rows,):
            raise PredictionError(
                f"output {position} has shape {answer.shape} for {rows} queries",
                hint="wrap the model in a Python function that returns one row a query",
            )


def _filled(rows: AnyArray, size: int) -> AnyArray:
    return np.concatenate([rows, np.repeat(rows[-1:], size - len(rows), axis=0)])


def _by_row(answer: AnyArray, rows: int) -> AnyArray:
    """Give an answer to a single query its batch axis, where the model leaves it out."""
    if rows == 1 and answer.shape[:1] != (1,):
        return answer[None]
    require_rows([answer], rows)
    return answer

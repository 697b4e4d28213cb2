"""Laying the canonical -2..2 of each query column on the usual values of a table's column."""

from collections.abc import Sequence
from dataclasses import replace

from modelkin.errors import SignatureError
from modelkin.records import ColumnSpec, Origin, Preprocessing

FROM_FILE = "columns from the file"
AS_STATED = "columns as stated"
AS_GIVEN = "as given"
_SPAN = 4.0


def fed_by_columns(
    fed: Preprocessing,
    columns: Sequence[ColumnSpec],
    *,
    order: tuple[int, ...] = (),
    convention: str = FROM_FILE,
    origin: Origin = Origin.FILE,
) -> Preprocessing:
    """Feed a model of rows by what is known of its columns; unknown ones stay as given.

    Args:
        fed: as derived without columns.
        columns: one for each column of the tensor, in its order.
        order: place in the query of each of them; empty for the same order.
        convention: name for reports, used when anything is known.
        origin: where the columns come from.

    Raises:
        SignatureError: there are more or fewer columns than the tensor has.
    """
    if fed.shape != (len(columns),):
        raise SignatureError(
            f"{len(columns)} columns are stated for a table of {fed.shape[0]}",
            hint='state one for each: {"preprocessing": {"columns": [{"name": "age", "low": 0, '
            '"high": 90, "kind": "integer"}]}}',
        )
    known = any(column.known for column in columns)
    lines = [_line(column) for column in columns]
    return replace(
        fed,
        columns=tuple(columns),
        order=order,
        mean=tuple(mean for mean, _ in lines) if known else (0.0,),
        std=tuple(std for _, std in lines) if known else (1.0,),
        convention=convention if known else AS_GIVEN,
        origin=origin if known else Origin.DEFAULT,
    )


def as_given(fed: Preprocessing) -> Preprocessing:
    """Feed the rows of a query as they are, in the model's own order of columns."""
    named = tuple(ColumnSpec(name=column.name) for column in fed.columns)
    return fed_by_columns(fed, named, order=fed.order) if named else fed


def updated(columns: Sequence[ColumnSpec], stated: Sequence[ColumnSpec]) -> tuple[ColumnSpec, ...]:
    """What a file tells of columns, with what a user states of some of them.

    Args:
        columns: of the file; empty where it tells nothing.
        stated: by name where the file has these names, else one for each, in order.

    Raises:
        SignatureError: a stated column is not among the file's.
    """
    names = [column.name for column in columns]
    by_name = {column.name: column for column in stated if column.name}
    if len(by_name) == len(stated) and set(by_name) <= set(names):
        return tuple(by_name.get(column.name, column) for column in columns)
    if len(stated) == len(columns) or not columns:
        return tuple(stated)
    unknown = sorted(set(by_name) - set(names)) or ["one without a name"]
    raise SignatureError(
        f"the column '{unknown[0]}' is stated, which the model does not have",
        hint=f"it has: {', '.join(name or '(no name)' for name in names[:20])}",
    )


def _line(column: ColumnSpec) -> tuple[float, float]:
    """Mean and std of ``(x - mean) / std`` that bring -2..2 to the values, or to 0..k-1."""
    if column.categories:
        std = _SPAN / len(column.categories)
        return std / 2 - _SPAN / 2, std
    if column.low is None or column.high is None:
        return 0.0, 1.0
    middle, span = (column.low + column.high) / 2, column.high - column.low
    std = _SPAN / (span or 2 * max(abs(middle), 1.0))  # one value known: queries on both sides
    return -middle * std, std

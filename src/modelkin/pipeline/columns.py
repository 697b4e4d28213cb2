"""Agreeing on columns: all models of one comparison get the same real values."""

from collections.abc import Sequence
from dataclasses import replace

from modelkin.errors import IncompatibleError
from modelkin.models.columns import as_given, fed_by_columns
from modelkin.models.opened import OpenedModel
from modelkin.queries.naming import recipe_names
from modelkin.records import ColumnSpec, Modality, Origin, Pool

_SHOWN = 5
_Columns = tuple[ColumnSpec, ...]


def agree_on_columns(
    source: OpenedModel, suspect: OpenedModel, pool: Pool
) -> tuple[OpenedModel, OpenedModel, tuple[str, ...]]:
    """Feed both sides the same values, and say what that changed.

    A column's values are the source's where its file knows them, else the suspect's; what a user
    stated of the suspect alone wins over both. Recorded answers were given to certain values,
    which the other side gets too. The rows of a table are asked as they are.

    Args:
        source: the order of its columns is that of the queries.
        suspect: its columns are matched by name where both sides name them.
        pool: what both will be asked.

    Returns:
        Both sides and warnings.

    Raises:
        IncompatibleError: they take different columns.
    """
    if source.fed.modality is not Modality.VECTOR:
        return source, suspect, ()
    order = match_columns(source, suspect)
    warnings = []
    if order:
        warnings.append(
            f"'{suspect.name}' takes the columns in another order than '{source.name}': they "
            "were matched by name"
        )
    if pool.name.partition("/")[0] not in recipe_names():
        return _unscaled(source, ()), _unscaled(suspect, order), tuple(warnings)
    first, second = _columns(source), _in_query_order(_columns(suspect), order)
    recorded = [side for side in (source, suspect) if _is_recorded(side)]
    stated = suspect.fed.origin is Origin.OVERRIDE and source.fed.origin is not Origin.OVERRIDE
    if recorded:
        agreed = first if recorded[0] is source else second
        warnings += _not_told(recorded[0], agreed, (*first, *second))
    else:
        pairs = zip(second, first, strict=True) if stated else zip(first, second, strict=True)
        agreed = tuple(_common(own, other) for own, other in pairs)
    owner = suspect if stated or not any(column.known for column in first) else source
    owner = recorded[0] if recorded else owner
    whose = "source" if owner is source else "suspect"
    return (
        _fitted(source, agreed, (), whose),
        _fitted(suspect, agreed, order, whose),
        tuple(warnings),
    )


def fit_to_source(reference: OpenedModel, source: OpenedModel) -> OpenedModel:
    """Feed a reference the values that the source gets.

    Raises:
        IncompatibleError: it takes other columns or categories, or answers recorded on others.
    """
    if source.fed.modality is not Modality.VECTOR:
        return reference
    order = match_columns(source, reference)
    agreed = _columns(source)
    if _is_recorded(reference) and not _same_values(_columns(reference), agreed):
        raise IncompatibleError(
            f"'{reference.name}' holds answers to other values than '{source.name}' is asked",
            hint="record it again with this version, which writes the columns beside the answers",
        )
    return _fitted(reference, agreed, order, "source")


def match_columns(source: OpenedModel, other: OpenedModel) -> tuple[int, ...]:
    """The source's place of each column of the other; empty for the same order.

    Raises:
        IncompatibleError: both name their columns, and not alike.
    """
    names = [[column.name for column in side.fed.columns] for side in (source, other)]
    if not all(held and all(held) and len(set(held)) == len(held) for held in names):
        return ()
    first, second = names
    apart = [
        f"'{side.name}' alone has {_listed(sorted(set(one) - set(two)))}"
        for side, one, two in ((source, first, second), (other, second, first))
        if set(one) - set(two)
    ]
    if apart:
        raise IncompatibleError(
            f"the columns differ: {'; '.join(apart)}",
            hint="compare models of the same table; if the same columns only have other names, "
            'state them in their order in an override file: {"preprocessing": {"columns": '
            '[{"name": "age"}]}}',
        )
    return () if first == second else tuple(first.index(name) for name in second)


def _common(own: ColumnSpec, other: ColumnSpec) -> ColumnSpec:
    """One column as both sides can take it; its values are the first's where that knows them."""
    name = own.name or other.name
    if own.categories and other.categories:
        shared = tuple(one for one in own.categories if one in other.categories)
        if not shared:
            raise IncompatibleError(
                f"the categories of column '{name}' differ: {_listed(own.categories)} and "
                f"{_listed(other.categories)}",
                hint="if they only have other names, state those with their codes in an override "
                'file: {"preprocessing": {"columns": [{"name": "...", "categories": ["red"], '
                '"codes": [0]}]}}',
            )
        codes = tuple(own.code_of[one] for one in shared)
        return replace(own, name=name, categories=shared, codes=codes)
    for column in (own, other):
        if column.categories:
            return replace(column, name=name)
    return replace(own if own.known else other, name=name)


def _fitted(
    opened: OpenedModel, agreed: _Columns, order: tuple[int, ...], whose: str
) -> OpenedModel:
    """A model fed by columns in the order of the queries, each category as its own code."""
    fed, own = opened.fed, _columns(opened)
    asked = [agreed[place] for place in order] if order else list(agreed)
    columns = [_taken(column, mine, opened) for column, mine in zip(asked, own, strict=True)]
    own_scale = fed.origin is Origin.OVERRIDE and not any(column.known for column in own)
    if own_scale:  # mean and std were stated, and stay
        return replace(opened, preprocessing=replace(fed, order=order))
    same = [replace(column, name="") for column in columns] == [
        replace(column, name="") for column in own
    ]
    fitted = fed_by_columns(
        fed,
        columns,
        order=order,
        convention=fed.convention if same else f"columns of the {whose}",
        origin=fed.origin if same else Origin.FILE,
    )
    return replace(opened, preprocessing=fitted)


def _taken(asked: ColumnSpec, own: ColumnSpec, opened: OpenedModel) -> ColumnSpec:
    name = own.name or asked.name
    if not (asked.categories and own.categories):
        return replace(asked, name=name)
    missing = [one for one in asked.categories if one not in own.code_of]
    if missing:
        raise IncompatibleError(
            f"'{opened.name}' does not know {_listed(missing)} in column '{name}'",
            hint="compare models of the same table",
        )
    return replace(asked, name=name, codes=tuple(own.code_of[one] for one in asked.categories))


def _unscaled(opened: OpenedModel, order: tuple[int, ...]) -> OpenedModel:
    """Rows of a table hold real values already."""
    fed = opened.fed
    known = any(column.known for column in fed.columns)
    return replace(opened, preprocessing=replace(as_given(fed) if known else fed, order=order))


def _not_told(recorded: OpenedModel, agreed: _Columns, known: _Columns) -> list[str]:
    """Answers recorded on plain rows force plain rows on a model that knows better ones."""
    if any(column.known for column in agreed) or not any(column.known for column in known):
        return []
    warning = (
        f"'{recorded.name}' does not say which columns its answers were recorded on, so the other "
        "side is asked rows near 0 too and may answer little; record it again, or state its "
        "columns in the JSON beside it"
    )
    return [warning]


def _same_values(one: _Columns, other: _Columns) -> bool:
    return [(column.low, column.high, column.kind, column.categories) for column in one] == [
        (column.low, column.high, column.kind, column.categories) for column in other
    ]


def _columns(opened: OpenedModel) -> _Columns:
    fed = opened.fed
    return fed.columns or (ColumnSpec(),) * fed.shape[0]


def _in_query_order(columns: _Columns, order: tuple[int, ...]) -> _Columns:
    return tuple(columns[order.index(place)] for place in range(len(order))) if order else columns


def _is_recorded(opened: OpenedModel) -> bool:
    return bool(getattr(opened.model, "ids", None))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")

"""The columns of a table as a user's JSON states them."""

import math
from pathlib import Path
from typing import Any, cast, get_args

from modelkin.models.mistakes import require_known, wrong
from modelkin.records import ColumnKind, ColumnSpec

_KEYS = ("name", "low", "high", "kind", "categories", "codes")


def checked_columns(file: Path, value: Any) -> tuple[ColumnSpec, ...]:  # noqa: ANN401 (JSON)
    """Turn a list of objects into column specs; specs are returned as they are.

    Args:
        file: where they were read, for messages.
        value: objects of name, low, high, kind, categories and codes.

    Raises:
        SignatureError: it is no such list, or has an unknown key or a wrong value.
    """
    if not isinstance(value, (list, tuple)) or not value:
        raise wrong(file, f"has 'columns' = {value!r}, not a list of objects")
    columns = tuple(
        one if isinstance(one, ColumnSpec) else _column(file, place, one)
        for place, one in enumerate(value)
    )
    names = [column.name for column in columns if column.name]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise wrong(file, f"states the column '{twice[0]}' twice")
    return columns


def as_json(columns: tuple[ColumnSpec, ...]) -> list[dict[str, Any]]:
    """The same back as JSON, without what is unknown."""
    fields = [
        {key: getattr(column, key) for key in _KEYS if getattr(column, key) not in {None, "", ()}}
        for column in columns
    ]
    return [
        {key: list(held) if isinstance(held, tuple) else held for key, held in found.items()}
        for found in fields
    ]


def _column(file: Path, place: int, found: Any) -> ColumnSpec:  # noqa: ANN401 (JSON)
    if not isinstance(found, dict):
        raise wrong(file, f"has a column {place} that is no object")
    require_known(file, found, _KEYS)
    name, kind = found.get("name", ""), found.get("kind")
    if not isinstance(name, str):
        raise wrong(file, f"has a column {place} with the name {name!r}, not a text")
    title = f"column '{name}'" if name else f"column {place}"
    categories = tuple(str(one) for one in _list(file, title, found, "categories"))
    kind = ("category" if categories else "number") if kind is None else kind
    if kind not in get_args(ColumnKind):
        raise wrong(file, f"has {title} of kind {kind!r}; known: {', '.join(get_args(ColumnKind))}")
    codes = tuple(_number(file, title, "codes", one) for one in _list(file, title, found, "codes"))
    if len(set(categories)) < len(categories) or (codes and len(codes) != len(categories)):
        raise wrong(file, f"has {title} whose categories repeat or have not one code each")
    if (kind == "category") != bool(categories):
        raise wrong(file, f"has {title} of kind '{kind}' with {len(categories)} categories")
    low, high = (
        None if found.get(end) is None else _number(file, title, end, found[end])
        for end in ("low", "high")
    )
    if (low is None) != (high is None) or (low is not None and high is not None and low > high):
        raise wrong(file, f"has {title} with low {low} and high {high}; both, in this order")
    return ColumnSpec(
        name=name,
        low=low,
        high=high,
        kind=cast("ColumnKind", kind),
        categories=categories,
        codes=codes,
    )


def _list(file: Path, title: str, found: dict[str, Any], key: str) -> list[Any]:
    held = found.get(key, [])
    if not isinstance(held, list):
        raise wrong(file, f"has {title} with {key} {held!r}, not a list")
    return held


def _number(file: Path, title: str, key: str, value: Any) -> float:  # noqa: ANN401 (JSON)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise wrong(file, f"has {title} with {key} {value!r}, not a finite number")
    return float(value)

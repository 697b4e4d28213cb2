"""What thresholds and names inside a model of tables tell of its columns."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from modelkin.records import ColumnSpec

_PLACEHOLDER = re.compile(
    r"(column|col|feature|input|float_input|f|x|v|c)?[ _]?(\d+)", re.IGNORECASE
)
_BEYOND = 0.1
_HALF = 0.5
_CLOSE = 1e-6
_EXACT = 1e6  # beyond, 32-bit floats leave little but halves
_ENOUGH = 2


def named(names: Sequence[str]) -> tuple[str, ...]:
    """The names, without those that only count: Column_3, f3, x3, 3."""
    return tuple(
        "" if _counts(name.strip(), place) else name.strip() for place, name in enumerate(names)
    )


def from_thresholds(name: str, thresholds: Iterable[float], *, whole: bool = False) -> ColumnSpec:
    """A column by the values that trees split it at: a tenth of their span beyond either end.

    Args:
        name: of the column.
        thresholds: all its split values; those that are not finite are left out.
        whole: it is known to hold whole numbers; else it is taken to when two or more
            thresholds are all midway between whole numbers.
    """
    finite = sorted({float(value) for value in thresholds if np.isfinite(value)})
    if not finite:
        return ColumnSpec(name=name)
    beyond = _BEYOND * (finite[-1] - finite[0])
    is_whole = whole or (len(finite) >= _ENOUGH and all_midway(finite))
    return ColumnSpec(
        name=name,
        low=finite[0] - beyond,
        high=finite[-1] + beyond,
        kind="integer" if is_whole else "number",
    )


def all_midway(thresholds: Iterable[float]) -> bool:
    """Whether all values lie midway between whole numbers, or are none at all but zero."""
    return all(
        abs(value) < _CLOSE or (abs(value) < _EXACT and abs(abs(value) % 1 - _HALF) < _CLOSE)
        for value in thresholds
    )


def from_codes(name: str, codes: Iterable[float]) -> ColumnSpec:
    """A column of categories that are numbers to begin with."""
    found = sorted({float(code) for code in codes})
    return ColumnSpec(
        name=name,
        kind="category",
        categories=tuple(f"{code:g}" for code in found),
        codes=tuple(found),
    )


def _counts(name: str, place: int) -> bool:
    found = _PLACEHOLDER.fullmatch(name)
    return found is not None and int(found[2]) in {place, place + 1}

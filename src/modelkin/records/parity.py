"""How closely one model reproduces the other's numbers."""

from dataclasses import dataclass
from enum import StrEnum


class ParityLevel(StrEnum):
    """From the same numbers to other functions."""

    IDENTICAL = "identical"
    EQUIVALENT = "numerically equivalent"
    DRIFT = "drift"
    DIFFERENT = "different"


@dataclass(frozen=True, kw_only=True)
class Parity:
    """The result of reading a comparison as a check of an export.

    Attributes:
        level: how close.
        unit: what the differences are in, such as "probability".
        tolerance: the smallest absolute tolerance under which all answers are equal.
        typical: median over queries of the largest difference.
        labels_changed: queries on which the predicted class differs.
        n: queries compared.
        by_output: (output, its largest difference), worst first.
        worst: (query id, its largest difference), worst first.
        diagnosis: what would explain the difference, in words, or None.
    """

    level: ParityLevel
    unit: str
    tolerance: float
    typical: float
    labels_changed: int
    n: int
    by_output: tuple[tuple[str, float], ...]
    worst: tuple[tuple[str, float], ...]
    diagnosis: str | None = None

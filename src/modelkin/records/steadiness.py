"""Whether a suspect stayed the same while it was asked."""

from dataclasses import dataclass
from enum import StrEnum


class SteadinessKind(StrEnum):
    """What queries that were asked twice tell."""

    STEADY = "steady"
    NOISY = "noisy"
    CHANGED = "changed"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, kw_only=True)
class Steadiness:
    """What came of asking some queries again, within the budget.

    Attributes:
        kind: steady: equal up to rounding; noisy: answers differ even at once; changed: answers
            that were given earlier in the run differ, and more than such noise explains.
        planned: queries that were to be asked again.
        asked: queries put to the model for it, retries included.
        near: largest difference of an answer to the same query at once; None when not measured.
        far: largest difference of an answer to the same query later in the run; likewise.
        note: one plain sentence.
    """

    kind: SteadinessKind
    planned: int
    asked: int
    near: float | None
    far: float | None
    note: str

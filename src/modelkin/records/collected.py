"""What asking one model a pool brought in."""

from dataclasses import dataclass

from modelkin.records.responses import Responses


@dataclass(frozen=True, kw_only=True, eq=False)
class Collected:
    """Responses and what they cost.

    Attributes:
        responses: the usable answers.
        asked_now: queries put to the model in this run; over a network, retries included.
        lost: queries without an answer, because retries or an interrupted run spent the budget.
        unusable: answers with NaN or infinity, left out.
        seconds: wall time of asking in this run.
    """

    responses: Responses
    asked_now: int
    lost: int
    unusable: int
    seconds: float

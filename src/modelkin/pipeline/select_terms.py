"""What a selection of queries was asked for."""

from dataclasses import dataclass

from modelkin.errors import BudgetError, UsageError
from modelkin.pipeline.rating import LEAST_ROWS
from modelkin.protocols import QuerySelector
from modelkin.registry import part

DEFAULT_CANDIDATES = 1000
DEFAULT_CHOSEN, DEFAULT_DRAWS = 100, 200


@dataclass(frozen=True, kw_only=True)
class SelectTerms:
    """Everything that settles which queries are chosen, besides the recorded answers.

    Attributes:
        selector: registry name.
        queries: chosen queries; with ``anytime`` the most that are asked of the selected pool.
        anytime: ask a selected pool in random order and stop as soon as the evidence suffices.
        seed: of the split, of ties and of the order.
    """

    selector: str
    queries: int
    anytime: bool
    seed: int

    def __post_init__(self) -> None:
        part(QuerySelector, self.selector)  # type: ignore[type-abstract]
        if self.queries < (1 if self.anytime else LEAST_ROWS):
            raise BudgetError(
                f"{self.queries} chosen queries are no basis for a comparison",
                hint=f"choose at least {LEAST_ROWS}; {DEFAULT_CHOSEN} is the default",
            )


def default_queries(*, anytime: bool) -> int:
    """Queries put to the suspect where nobody says how many; draws with ``anytime``."""
    return DEFAULT_DRAWS if anytime else DEFAULT_CHOSEN


def select_terms(
    selector: str | None,
    *,
    queries: int | None,
    candidates: int | None,
    anytime: bool,
    seed: int,
) -> SelectTerms | None:
    """The terms of a selection, or None where none is wanted.

    Raises:
        UsageError: settings of a selection without one, or more queries than candidates.
        UnknownNameError: there is no such selector.
        BudgetError: too few queries.
    """
    if selector is None:
        if anytime or candidates is not None:
            raise UsageError(
                f"--{'anytime' if anytime else 'candidates'} belongs to a selection",
                hint="pass --select expected_evidence; see 'modelkin parts selector'",
            )
        return None
    wanted = queries or default_queries(anytime=anytime)
    if candidates is not None and candidates < wanted and not anytime:
        raise UsageError(
            f"{wanted} queries cannot be chosen from {candidates} candidates",
            hint="pass fewer --queries or more --candidates; 1,000 candidates are the default",
        )
    if candidates is not None and candidates < LEAST_ROWS:
        raise UsageError(
            f"{candidates} candidates are too few to choose from",
            hint=f"pass at least {LEAST_ROWS}; {DEFAULT_CANDIDATES} is the default",
        )
    return SelectTerms(selector=selector, queries=wanted, anytime=anytime, seed=seed)

"""How the queries of a run were chosen, and what a sequential verdict rests on."""

from dataclasses import dataclass
from enum import StrEnum

from modelkin.records.vocabulary import IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """Queries chosen by source and references before the suspect was asked.

    Attributes:
        selector: registry name of the selector.
        candidates: queries that source, references and own copies all answered.
        chosen: (m,) positions of the chosen ones in the pool, the best first.
        answered: chosen queries that the suspect answered.
        selecting: families that took part in the choice; they do not judge.
        judging: families that judge; they had no part in it.
        copies: own copies that took part in the choice.
        suspect_agreement: share of the answered ones on which the suspect gives the source's
            label.
        honest_agreement: the same of the judging families, on average; of each the nearest.
    """

    selector: str
    candidates: int
    chosen: IntArray
    answered: int
    selecting: tuple[str, ...]
    judging: tuple[str, ...]
    copies: int
    suspect_agreement: float
    honest_agreement: float


class Stop(StrEnum):
    """Why the asking ended."""

    EVIDENCE = "evidence"
    BUDGET = "budget"
    HOPELESS = "hopeless"


@dataclass(frozen=True, kw_only=True)
class Anytime:
    """A verdict that may be looked at after every answer: two errors, kept apart.

    Attributes:
        e_value: the capital at the stop; ``1 / alpha`` or more is evidence.
        alpha: bound on the error of the draw.
        bound: r*, how often honest models agree with the source over the selected pool, at most.
        largest: the largest agreement of a judging family, copies of it included.
        margin: what was added for honest models not seen.
        chairs: the largest agreement of two judging families, either in the source's chair.
        coverage: 1 / (judging families + 1): the chance that the next honest family lies above
            them all, whatever alpha is.
        copies: copies of judging references that ``largest`` counts too.
        pool: queries in the selected pool.
        draws: queries of it asked in random order, none twice.
        most: queries allowed; never the whole pool.
        agreement: share of the queries asked on which the suspect gave the source's label.
        stopped: why the asking ended.
    """

    e_value: float
    alpha: float
    bound: float
    largest: float
    margin: float
    chairs: float
    coverage: float
    copies: int
    pool: int
    draws: int
    most: int
    agreement: float
    stopped: Stop

"""Draws from a selected pool, and how far they have got: pure, for asking and for replay."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelkin.answers.e_process import AgreementBound, agreement_bound, capital, examiner_draw
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.pipeline.preparing import Prepared
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.protocols import QuerySelector
from modelkin.records import AnyArray, FloatArray, IntArray, Stop
from modelkin.registry import part

MARGIN = 1.0
"""Of the families' spread: half as many honest models accused as with .5, for one copy in 100."""
_STREAM = 1_000_117


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawPlan:
    """What will be drawn, settled before the suspect is asked.

    Attributes:
        draws: (most,) positions in the pool of queries, repetitions included.
        order: (distinct,) the same without repetitions: what is asked, in this order.
        bound: of honest agreement over the selected pool, as the judging families have it.
        chairs: the largest agreement of two judging families, either in the source's chair.
        agreement: (families,) of each judging family.
        size: queries in the selected pool.
    """

    draws: IntArray
    order: IntArray
    bound: AgreementBound
    chairs: float
    agreement: FloatArray
    size: int

    @property
    def limit(self) -> float:
        """r*: bets are made against this."""
        return float(np.clip(max(self.bound.value, self.chairs), 0.01, 0.99))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the draws have got.

    Attributes:
        draws: draws that were settled.
        log_capital: log E after them, or where it first reached 1 / alpha.
        agreeing: of those draws, on which the suspect gave the source's label.
        stopped: why no more are needed; None while they are.
        further: draws that are needed at least before anything can be decided.
    """

    draws: int
    log_capital: float
    agreeing: int
    stopped: Stop | None
    further: int


def plan_draws(prepared: Prepared, terms: SelectTerms) -> DrawPlan:
    """Bound honest agreement over the selected pool, and draw from it.

    Args:
        prepared: the selected pool.
        terms: of the selection; its seed is the examiner's.
    """
    places = prepared.selection.chosen
    each = (prepared.labels[:, places] == prepared.candidates.source[places]).mean(axis=1)
    families = np.array([one.family for one in prepared.judging])
    agreement = np.array([each[families == one].max() for one in prepared.split.judging])
    rng = np.random.default_rng([terms.seed, _STREAM])
    draws = prepared.chosen[examiner_draw(len(places), terms.queries, rng)]
    _, first = np.unique(draws, return_index=True)
    return DrawPlan(
        draws=draws,
        order=draws[np.sort(first)],
        bound=agreement_bound(agreement, margin=MARGIN),
        chairs=_chairs(prepared, terms, families),
        agreement=agreement,
        size=len(places),
    )


def standing(plan: DrawPlan, agrees: Mapping[int, bool], *, settled: int, alpha: float) -> Standing:
    """Where the bets stand.

    A query without an answer counts as a disagreement.

    Args:
        plan: the draws.
        agrees: position to whether the suspect gave the source's label.
        settled: draws whose queries were put to the suspect.
        alpha: wanted bound on the error of the draw.
    """
    most, goal = len(plan.draws), -float(np.log(alpha))
    seen = np.array([agrees.get(int(place), False) for place in plan.draws[:settled]], dtype=bool)
    hopeful = np.concatenate([seen, np.ones(most - settled, dtype=bool)])
    logs = capital(hopeful, plan.limit)
    reached = np.flatnonzero(logs >= goal)
    stopped: Stop | None = None
    draws, further = settled, 0
    if len(reached) and reached[0] < settled:
        draws, stopped = int(reached[0]) + 1, Stop.EVIDENCE
    elif settled == most:
        stopped = Stop.BUDGET
    elif not len(reached):
        stopped = Stop.HOPELESS
    else:
        further = int(reached[0]) + 1 - settled
    return Standing(
        draws=draws,
        log_capital=float(logs[draws - 1]) if draws else 0.0,
        agreeing=int(seen[:draws].sum()),
        stopped=stopped,
        further=further,
    )


def settled_draws(plan: DrawPlan, answered: IntArray) -> int:
    """Draws before the first one whose query was not put to the suspect.

    Queries were asked in the order of the plan, up to the last one that has an answer.

    Args:
        plan: the draws.
        answered: positions that the suspect answered.
    """
    found = np.flatnonzero(np.isin(plan.order, answered))
    asked = plan.order[: int(found[-1]) + 1] if len(found) else plan.order[:0]
    missing = np.flatnonzero(~np.isin(plan.draws, asked))
    return int(missing[0]) if len(missing) else len(plan.draws)


def _chairs(prepared: Prepared, terms: SelectTerms, families: AnyArray) -> float:
    """Each judging family in the source's chair, a pool selected for it, the nearest other one.

    Own copies are the source's and take no part.
    """
    selector = part(QuerySelector, terms.selector)()  # type: ignore[type-abstract]
    nearest = [0.0]
    for place, family in enumerate(prepared.split.judging):
        others = families != family
        if not others.any():
            continue
        speaker = min(
            np.flatnonzero(~others).tolist(),
            key=lambda at: prepared.judging[at].responses.model_digest,
        )
        chair = prepared.labels[speaker]
        known = LabelCandidates(
            source=chair,
            references=prepared.candidates.references,
            affinity=prepared.candidates.confusions,
        )
        rng = np.random.default_rng([terms.seed, _STREAM, place])
        chosen = selector.select(known, n=len(prepared.selection.chosen), rng=rng).chosen
        same = prepared.labels[others][:, chosen] == chair[chosen]
        nearest.append(float(same.mean(axis=1).max()))
    return max(nearest)

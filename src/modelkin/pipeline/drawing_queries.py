"""The order in which a selected pool is asked, and how far that has got: for asking and replay."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelkin.answers.e_process import agreement_bound
from modelkin.answers.pool_evidence import examiner_order
from modelkin.pipeline.examining import (
    BARE_MARGIN,
    MARGIN,
    Examination,
    family_agreement,
    most_asked,
    swap_agreement,
)
from modelkin.pipeline.preparing import Prepared, speakers_of
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.protocols import QuerySelector
from modelkin.records import IntArray, Responses, Stop
from modelkin.registry import part

_STREAM = 1_000_117
_LEAST_ANSWERED = 0.9
"""Copies were asked the queries of one selection; they say nothing of another one's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DrawPlan:
    """What will be asked, settled before the suspect is.

    Attributes:
        order: (most,) positions in the pool of queries, in the order of asking, none twice.
        exam: bound of honest agreement over the selected pool, and what answers are worth.
        copies: copies of judging references that the bound rests on too.
    """

    order: IntArray
    exam: Examination
    copies: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the asking has got.

    Attributes:
        draws: queries that were settled.
        log_capital: log E after them, or where it first reached 1 / alpha.
        agreeing: of those, on which the suspect gave the source's label.
        stopped: why no more are needed; None while they are.
        further: queries that are needed at least before anything can be decided.
    """

    draws: int
    log_capital: float
    agreeing: int
    stopped: Stop | None
    further: int


def plan_draws(prepared: Prepared, terms: SelectTerms) -> DrawPlan:
    """Bound honest agreement over the selected pool, and draw the order of asking.

    The bound rests on the judging references, on the copies that were made of them, and on the
    swap test. Where one of their families has no copy, the margin is twice as wide.

    Args:
        prepared: the selected pool.
        terms: of the selection; its seed is the examiner's.
    """
    places = prepared.selection.chosen
    size = len(places)
    each = (prepared.labels[:, places] == prepared.candidates.source[places]).mean(axis=1)
    families = [one.family for one in prepared.judging]
    copies = [
        (one.family, _copy_agreement(prepared, copy.responses))
        for one in prepared.judging
        for copy in one.copies
        if np.isin(prepared.chosen, copy.responses.index).mean() >= _LEAST_ANSWERED
    ]
    copied = {family for family, _ in copies}
    agreement = family_agreement(
        np.array([*each, *(share for _, share in copies)]),
        np.array([*families, *(family for family, _ in copies)]),
    )
    margin = MARGIN if copied >= set(families) else BARE_MARGIN
    order = examiner_order(
        size,
        min(terms.queries, most_asked(size)),
        np.random.default_rng([terms.seed, _STREAM]),
    )
    return DrawPlan(
        order=prepared.chosen[order],
        exam=Examination(
            size=size,
            order=order,
            bound=agreement_bound(agreement, margin=margin),
            swapped=_swapped(prepared, terms),
        ),
        copies=len(copies),
    )


def standing(plan: DrawPlan, agrees: Mapping[int, bool], *, settled: int, alpha: float) -> Standing:
    """Where the bets stand.

    A query without an answer counts as a disagreement.

    Args:
        plan: the order of asking.
        agrees: position to whether the suspect gave the source's label.
        settled: queries that were put to the suspect.
        alpha: wanted bound on the error of the draw.
    """
    most, goal = len(plan.order), -float(np.log(alpha))
    seen = np.array([agrees.get(int(place), False) for place in plan.order[:settled]], dtype=bool)
    hopeful = np.concatenate([seen, np.ones(most - settled, dtype=bool)])
    logs = plan.exam.log_capital(hopeful)
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
    """Queries that were put to the suspect: in the order, up to the last one with an answer.

    Args:
        plan: the order of asking.
        answered: positions that the suspect answered.
    """
    found = np.flatnonzero(np.isin(plan.order, answered))
    return int(found[-1]) + 1 if len(found) else 0


def _copy_agreement(prepared: Prepared, responses: Responses) -> float:
    """Share of the pool on which a copy of a reference agrees; the few left out count as such."""
    source = prepared.candidates.source[prepared.selection.chosen]
    told = dict(zip(responses.index.tolist(), responses.labels.tolist(), strict=True))
    same = [
        told.get(int(at), mine) == mine for at, mine in zip(prepared.chosen, source, strict=True)
    ]
    return float(np.mean(same))


def _swapped(prepared: Prepared, terms: SelectTerms) -> float:
    judging = prepared.judging
    speakers = speakers_of(judging, prepared.split.judging)
    return swap_agreement(
        prepared.labels,
        np.array([one.family for one in judging]),
        np.array(speakers),
        prepared.candidates.confusions,
        selector=part(QuerySelector, terms.selector)(),  # type: ignore[type-abstract]
        size=len(prepared.selection.chosen),
        rngs=[np.random.default_rng([terms.seed, _STREAM, at]) for at in range(len(speakers))],
    )

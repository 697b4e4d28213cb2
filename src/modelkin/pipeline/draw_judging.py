"""The verdict that may be looked at after every answer."""

from dataclasses import replace

import numpy as np

from modelkin.decision.conformal import families_needed
from modelkin.pipeline.drawing_queries import plan_draws, settled_draws, standing
from modelkin.pipeline.judging import Terms
from modelkin.pipeline.preparing import Prepared
from modelkin.pipeline.select_summary import null_of_judges, similarity_of
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.records import Anytime, Decision, Responses, Stop, Verdict

RULE = "e_process"


def decide_by_draws(
    prepared: Prepared, suspect: Responses, terms: Terms, select: SelectTerms
) -> tuple[Decision, Anytime]:
    """Bets that the suspect agrees more often than honest models, and who vouches for those."""
    plan = plan_draws(prepared, select)
    bound = plan.exam.bound
    mine = prepared.candidates.source[np.searchsorted(prepared.positions, suspect.index)]
    agrees = {
        int(place): bool(same)
        for place, same in zip(suspect.index, suspect.labels == mine, strict=True)
    }
    at = standing(plan, agrees, settled=settled_draws(plan, suspect.index), alpha=terms.alpha)
    e_value = float(np.exp(min(at.log_capital, 700.0)))
    share = at.agreeing / at.draws if at.draws else 0.0
    anytime = Anytime(
        e_value=e_value,
        alpha=terms.alpha,
        bound=plan.exam.limit,
        largest=bound.largest,
        margin=bound.margin,
        chairs=plan.exam.swapped,
        coverage=bound.coverage,
        copies=plan.copies,
        pool=plan.exam.size,
        draws=at.draws,
        most=len(plan.order),
        agreement=share,
        stopped=at.stopped or Stop.BUDGET,
    )
    verdict, reason = _conclude(anytime, bound.families)
    similarity = replace(similarity_of(suspect, terms.select, share, at.draws), params=RULE)
    each = (
        prepared.labels[:, prepared.selection.chosen]
        == prepared.candidates.source[prepared.selection.chosen]
    ).mean(axis=1)
    return Decision(
        similarity=similarity,
        verdict=verdict,
        relation=None,
        p_value=None,
        alpha=terms.alpha,
        null=null_of_judges(prepared, each, terms),
        rule=RULE,
        reason=reason,
        e_value=e_value,
    ), anytime


def _conclude(found: Anytime, families: int) -> tuple[Verdict, str]:
    """Related needs both: evidence of the draw, and enough families behind its bound."""
    goal = 1 / found.alpha
    drawn = (
        f"the suspect answered {found.agreement:.0%} of {found.draws} queries like the "
        f"source, honest models at most {found.bound:.0%}: E = {found.e_value:.3g}"
    )
    needed = families_needed(found.alpha)
    if families < needed:
        return Verdict.INCONCLUSIVE, (
            f"{drawn}; but {families} judging families cannot vouch for that bound beyond "
            f"1/({families} + 1) = {found.coverage:.3g}, and alpha {found.alpha:g} needs {needed}"
        )
    beside = f"null coverage 1/({families} + 1) = {found.coverage:.3g} beside it"
    if found.stopped is Stop.EVIDENCE:
        return Verdict.RELATED, f"{drawn}, at least 1/alpha = {goal:.3g}; {beside}"
    return Verdict.NO_EVIDENCE, f"{drawn}, below 1/alpha = {goal:.3g}; {beside}"

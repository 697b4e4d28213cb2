"""From recorded answers to a decision on chosen queries: pure, as ``judging`` is."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from modelkin.answers.alignment import Alignment
from modelkin.answers.coverage import measure_coverage
from modelkin.answers.label_evidence import QuerySelection
from modelkin.decision.conformal import families_needed
from modelkin.errors import BudgetError, IncompatibleError, NotReproducedError
from modelkin.pipeline.cautions import warnings_for
from modelkin.pipeline.doubts import doubts
from modelkin.pipeline.drawing_queries import DrawPlan, plan_draws, settled_draws, standing
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.lineup import Lineup, find_suspicions
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.preparing import Prepared, prepare
from modelkin.pipeline.rating import CONFIDENCE, LEAST_ROWS
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.protocols import DecisionRule
from modelkin.records import (
    Anytime,
    Decision,
    FloatArray,
    IntArray,
    Null,
    NullKind,
    NullScore,
    OutputKind,
    Responses,
    Selection,
    Similarity,
    Stop,
    Suspicion,
    Verdict,
)
from modelkin.registry import part

METHOD = "label_evidence"
_LEAST_FAMILIES = 3
_E_RULE = "e_process"


def judge_selected(
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    terms: Terms,
    select: SelectTerms,
    copies: Sequence[OwnCopy] = (),
    *,
    fallback: bool = False,
) -> Judgement:
    """Choose the queries again and judge the suspect by its answers to them.

    Args:
        source: the source's answers to all candidates.
        suspect: the suspect's answers to chosen queries, at their positions among the candidates.
        references: the honest models' answers to all candidates.
        terms: what was asked for.
        select: how queries were to be chosen.
        copies: the owner's copies, for selectors that use them.
        fallback: a selector without the copies that it wants does as well as it can.

    Raises:
        ModelkinError: nothing can be chosen, or the answers do not fit.
    """
    prepared = prepare(
        source,
        suspect.model_digest,
        references,
        copies,
        select,
        alpha=terms.alpha,
        leave_out=terms.leave_out,
        fallback=fallback,
    )
    return judge_prepared(prepared, source, suspect, references, terms, select)


def judge_prepared(
    prepared: Prepared,
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    terms: Terms,
    select: SelectTerms,
) -> Judgement:
    """The same with queries that are chosen already."""
    _require_fitting(prepared, source, suspect)
    suspicions = _suspicions(prepared)
    if terms.methods:
        kept = [one for one in prepared.judging if one in references]
        found = judge(
            source.at(prepared.chosen), suspect, kept, replace(terms, select=None, leave_out=())
        )
        answered = suspect.at(prepared.chosen)
        return replace(
            found,
            decision=_withheld(found.decision, suspicions),
            skipped=(*prepared.skipped, *found.skipped),
            selection=_selection(prepared, select, answered),
            suspicions=suspicions,
        )
    if select.anytime:
        plan = plan_draws(prepared, select)
        decision, anytime = _by_draws(prepared, plan, suspect, terms)
    else:
        decision, anytime = _by_rank(prepared, suspect, terms, select), None
    decision = _withheld(decision, suspicions)
    mine, theirs = source.at(suspect.index), suspect.at(source.index)
    return Judgement(
        similarities=(decision.similarity,),
        decision=decision,
        alignment=Alignment(
            "same", None, "judged by labels; equal numbers mean equal classes", _none()
        ),
        coverage=(measure_coverage(mine), measure_coverage(theirs)),
        dropped={},
        used=mine.index,
        skipped=prepared.skipped,
        failed=(),
        warnings=(
            *warnings_for(
                decision, Alignment("same", None, "", _none()), prepared.judging, terms.null
            ),
            *doubts(decision, suspicions, None, left_out=(), p_with_all=None),
        ),
        source=mine,
        suspect=theirs,
        precision=None,
        swap=None,
        suspicions=suspicions,
        left_out=tuple(one for one in terms.leave_out),
        selection=_selection(prepared, select, suspect),
        anytime=anytime,
    )


def _none() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _require_fitting(prepared: Prepared, source: Responses, suspect: Responses) -> None:
    foreign = np.setdiff1d(suspect.index, prepared.chosen)
    if len(foreign):
        raise NotReproducedError(
            f"'{suspect.model}' answered query {int(foreign[0])} of '{suspect.pool}', which the "
            "selection does not choose",
            hint="the answers are not those of this selection; do not rely on them",
        )
    if not suspect.kind.classifies:
        raise IncompatibleError(
            f"'{suspect.model}' gives numbers that are no classes; queries are chosen by labels",
            hint="leave out --select",
        )
    wide = OutputKind.LABELS not in {source.kind, suspect.kind}
    if wide and source.values.shape[1] != suspect.values.shape[1]:
        raise IncompatibleError(
            f"'{source.model}' has {source.values.shape[1]} outputs and '{suspect.model}' "
            f"{suspect.values.shape[1]}, so their labels cannot be compared",
            hint="leave out --select",
        )


def _by_rank(prepared: Prepared, suspect: Responses, terms: Terms, select: SelectTerms) -> Decision:
    """Conformal p-value of the evidence; on the queries that the suspect answered."""
    rows = np.flatnonzero(np.isin(prepared.chosen, suspect.index))
    if len(rows) < LEAST_ROWS:
        raise BudgetError(
            f"'{suspect.model}' answered {len(rows)} of the chosen queries, too few to compare",
            hint=f"ask at least {LEAST_ROWS}",
        )
    asked = prepared.selection
    answered = QuerySelection(
        chosen=asked.chosen[rows],
        agree=asked.agree[rows],
        differ=asked.differ[rows],
        foreign=asked.foreign[rows],
    )
    places = np.searchsorted(suspect.index, prepared.positions[answered.chosen])
    labels = suspect.labels[places]
    table = np.vstack([labels, prepared.labels[:, answered.chosen]]).T
    # identical answers have 1; sums in another order differ in their last bits
    scores = np.round(answered.score(prepared.candidates, table) / _full(answered), 9)
    similarity = _similarity(suspect, select, float(scores[0]), len(rows))
    null = _null(prepared, scores[1:], terms)
    rule = part(DecisionRule, terms.rule)()  # type: ignore[type-abstract]
    return rule.decide(similarity, null=null, alpha=terms.alpha, relation=None)


def _full(selection: QuerySelection) -> float:
    """The evidence of answering everything like the source; identical models have 1 then."""
    most = float(selection.agree.sum())
    return most if most > 0 else 1.0


def _by_draws(
    prepared: Prepared, plan: DrawPlan, suspect: Responses, terms: Terms
) -> tuple[Decision, Anytime]:
    """Bets that the suspect agrees more often than honest models, and who vouches for those."""
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
        bound=plan.limit,
        largest=plan.bound.largest,
        margin=plan.bound.margin,
        chairs=plan.chairs,
        coverage=plan.bound.coverage,
        pool=plan.size,
        draws=at.draws,
        most=len(plan.draws),
        agreement=share,
        stopped=at.stopped or Stop.BUDGET,
    )
    verdict, reason = _conclude(anytime, plan.bound.families)
    similarity = replace(_similarity(suspect, terms.select, share, at.draws), params=f"{_E_RULE}")
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
        null=_null(prepared, each, terms),
        rule=_E_RULE,
        reason=reason,
        e_value=e_value,
    ), anytime


def _conclude(found: Anytime, families: int) -> tuple[Verdict, str]:
    """Related needs both: evidence of the draw, and enough families behind its bound."""
    goal = 1 / found.alpha
    drawn = (
        f"the suspect answered {found.agreement:.0%} of {found.draws} drawn queries like the "
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


def _withheld(decision: Decision, suspicions: Sequence[Suspicion]) -> Decision:
    """No accusation beside a reference that looks derived from the source.

    A source built on top of a reference differs from it only where it was made to; queries chosen
    by that reference would find just those.
    """
    near = [one for one in suspicions if one.other is None]
    if decision.verdict is not Verdict.RELATED or not near:
        return decision
    return replace(
        decision,
        verdict=Verdict.INCONCLUSIVE,
        reason=f"the verdict is withheld: reference '{near[0].reference}' looks related to the "
        "source, and queries chosen with it may show no more than that; find out where it comes "
        f"from, then state its family or pass --leave-out {near[0].reference}",
    )


def _suspicions(prepared: Prepared) -> tuple[Suspicion, ...]:
    """References that stand out by agreement over all candidates."""
    families = tuple(one.family for one in prepared.serving)
    if len(set(families)) < _LEAST_FAMILIES:
        return ()
    source = prepared.candidates.source
    rows = np.vstack([source, source, prepared.all_labels])
    rated = np.array([(rows == one).mean(axis=1) for one in rows])
    return find_suspicions(
        Lineup(
            similarities=rated,
            names=tuple(one.responses.model for one in prepared.serving),
            families=families,
            queries=len(source),
        )
    )


def _similarity(
    suspect: Responses,
    select: SelectTerms | None,
    value: float,
    n_queries: int,
) -> Similarity:
    return Similarity(
        method=METHOD,
        params=select.selector if select else "",
        a="source",
        b=suspect.model,
        value=value,
        low=None,
        high=None,
        confidence=CONFIDENCE,
        n_queries=n_queries,
    )


def _null(prepared: Prepared, values: FloatArray, terms: Terms) -> Null:
    recorded = [one.null for one in prepared.judging if one.null is not None]
    weakest = min(recorded) if len(recorded) == len(prepared.judging) else NullKind.N1
    scores = tuple(
        NullScore(reference=one.responses.model, family=one.family, value=float(value))
        for one, value in zip(prepared.judging, values, strict=True)
    )
    return Null(kind=terms.null or weakest, scores=scores)


def _selection(prepared: Prepared, select: SelectTerms, suspect: Responses) -> Selection:
    rows = np.isin(prepared.positions, suspect.index)
    source = prepared.candidates.source[rows]
    suspects = suspect.labels[np.isin(suspect.index, prepared.positions)]
    honest = (prepared.labels[:, rows] == source).mean(axis=1)
    families = np.array([one.family for one in prepared.judging])
    best = [honest[families == one].max() for one in prepared.split.judging]
    return Selection(
        selector=select.selector,
        candidates=prepared.candidates.size,
        chosen=prepared.chosen,
        answered=int(rows.sum()),
        selecting=prepared.split.selecting,
        judging=prepared.split.judging,
        copies=len(prepared.candidates.copies),
        suspect_agreement=float((suspects == source).mean()),
        honest_agreement=float(np.mean(best)),
    )

"""From recorded answers to a decision: pure, so that evidence can be recomputed anywhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.answers.alignment import Alignment, reorder
from modelkin.errors import IncompatibleError, ModelkinError
from modelkin.pipeline.cautions import portion_warning, stopping_warnings, warnings_for
from modelkin.pipeline.choosing import choose_methods
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.deciding import Bar, decide
from modelkin.pipeline.doubts import doubts, leave_out, none_served
from modelkin.pipeline.entering import enter
from modelkin.pipeline.levelling import on_one_level
from modelkin.pipeline.lineup import find_suspicions, line_up, swap_test
from modelkin.pipeline.null import NullFindings, Reference, failure
from modelkin.pipeline.precision import measure_precision
from modelkin.pipeline.rating import rate_with_interval
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.pipeline.unlikeness import unlikeness_remark
from modelkin.protocols import Method
from modelkin.records import (
    Anytime,
    Decision,
    Failed,
    IntArray,
    NullKind,
    PartCoverage,
    Precision,
    Responses,
    Selection,
    Similarity,
    Skipped,
    Suspicion,
    Swap,
)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the judgement was asked for.

    Attributes:
        methods: names; the first decides. Empty means all that apply.
        rule: name of the decision rule.
        alpha: wanted bound on false accusations.
        null: what the references stand for; None takes the weakest that they record.
        until_width: the asking stopped when the distance was known so precisely; None asks all.
        cohort: the references' likeness is taken out; files from before there were cohorts say no.
        leave_out: names of references that do not count, on the user's word.
        select: how the queries were to be chosen; None where the pool was asked as it is.
    """

    methods: tuple[str, ...]
    rule: str
    alpha: float
    null: NullKind | None
    until_width: float | None = None
    cohort: bool = True
    leave_out: tuple[str, ...] = ()
    select: SelectTerms | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Judgement:
    """Everything that follows from the answers alone.

    Attributes:
        similarities: every method's rating; the first decided.
        decision: the conclusion.
        alignment: how the label sets relate.
        coverage: of source and of suspect, by part.
        dropped: part to the reason it was dropped.
        used: pool positions that entered.
        skipped: methods and references left out.
        failed: methods and references that could not be rated.
        warnings: what a reader must know.
        source: the source's answers that entered.
        suspect: the suspect's, classes in the source's order.
        precision: of the distance that the asking stopped at, where it was to stop.
        swap: the references in the source's chair, where that was possible.
        suspicions: references that may be related to the source or to each other.
        left_out: references left out on the user's word.
        selection: how the queries were chosen, where they were.
        anytime: what a sequential verdict rests on.
    """

    similarities: tuple[Similarity, ...]
    decision: Decision
    alignment: Alignment
    coverage: tuple[tuple[PartCoverage, ...], tuple[PartCoverage, ...]]
    dropped: dict[str, str]
    used: IntArray
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    warnings: tuple[str, ...]
    source: Responses
    suspect: Responses
    precision: Precision | None
    swap: Swap | None
    suspicions: tuple[Suspicion, ...]
    left_out: tuple[str, ...]
    selection: Selection | None = None
    anytime: Anytime | None = None


def judge(
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    terms: Terms,
    crafted: Mapping[str, Crafted] | None = None,
) -> Judgement:
    """Compare the answers, judge them against the references, conclude.

    Args:
        source: the source's answers to the pool.
        suspect: the suspect's.
        references: the honest models.
        terms: what is asked for.
        crafted: queries and answers of the crafted methods among those of the terms.

    Raises:
        ModelkinError: a named method does not fit the answers.
    """
    source, references, rounding = on_one_level(source, suspect, references)
    entered = enter(source, suspect)
    source, suspect, alignment = entered.source, entered.suspect, entered.alignment
    methods, skipped = choose_methods(source, suspect, alignment, terms.methods)

    def answers_for(method: Method) -> tuple[Responses, Responses]:
        if method.crafter is None:
            return source, suspect
        own, other = _own_answers(method, crafted or {})
        return own, reorder(other, alignment)

    similarities, failed = _rate_all(methods, answers_for, named=bool(terms.methods))
    deciding = next(m for m in methods if m.name == similarities[0].method)
    bar = Bar(rule=terms.rule, alpha=terms.alpha, null=terms.null, cohort=terms.cohort)

    def judged(honest: Sequence[Reference]) -> tuple[Decision, NullFindings]:
        own = None if deciding.crafter is None else answers_for(deciding)
        return decide(deciding, similarities[0], entered, honest, bar, crafted=own)

    everyone = references
    references, left_out = leave_out(everyone, terms.leave_out)
    decision, findings = judged(references)
    with_all = judged(everyone)[0].p_value if left_out else None
    if findings.null is None and references and not (decision.relation or entered.saturated):
        decision = replace(decision, reason=none_served(findings, terms.alpha))
    lineup = line_up(deciding, entered, references, findings.null)
    swap = swap_test(lineup, terms.alpha, cohort=terms.cohort) if lineup else None
    suspicions = find_suspicions(lineup) if lineup else ()
    precision = (
        None
        if terms.until_width is None
        else measure_precision(methods, source, suspect, terms.until_width)
    )
    return Judgement(
        similarities=similarities,
        decision=decision,
        alignment=alignment,
        coverage=entered.coverage,
        dropped=entered.dropped,
        used=source.index,
        skipped=(*skipped, *left_out, *findings.skipped),
        failed=(*failed, *findings.failed),
        warnings=(
            *warnings_for(decision, alignment, references, terms.null),
            *portion_warning(deciding, similarities[0].n_queries, len(source)),
            *stopping_warnings(precision, terms.until_width, decision),
            *((rounding,) if rounding else ()),
            *doubts(decision, suspicions, swap, left_out=left_out, p_with_all=with_all),
            *unlikeness_remark(decision, entered, references),
        ),
        precision=precision,
        source=source,
        suspect=suspect,
        swap=swap,
        suspicions=suspicions,
        left_out=tuple(one.subject.removeprefix("reference ") for one in left_out),
    )


def _own_answers(method: Method, crafted: Mapping[str, Crafted]) -> tuple[Responses, Responses]:
    """Answers of both sides to the queries crafted for a method."""
    if method.name not in crafted:
        raise IncompatibleError(
            f"method '{method.name}' asks queries crafted for the source, and there are no answers "
            "to any",
            hint="compare the models themselves, or name a method that asks the pool",
        )
    sides = crafted[method.name].source, crafted[method.name].suspect
    both = np.intersect1d(sides[0].index, sides[1].index)
    return sides[0].at(both), sides[1].at(both)


def _rate_all(
    methods: Sequence[Method],
    answers_for: Callable[[Method], tuple[Responses, Responses]],
    *,
    named: bool,
) -> tuple[tuple[Similarity, ...], list[Failed]]:
    rated: list[Similarity] = []
    failed: list[Failed] = []
    for method in methods:
        try:
            rated.append(rate_with_interval(method, *answers_for(method)))
        except ModelkinError as error:
            if named or not rated:
                raise
            failed.append(failure(f"method {method.name}", error))
    return tuple(rated), failed

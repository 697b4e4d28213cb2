"""The decision on one pair by one method: what evidence, reports and benchmarks rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modelkin.answers.coincidence import coincidence
from modelkin.pipeline.cautions import cannot_tell
from modelkin.pipeline.entering import Entered
from modelkin.pipeline.null import NullFindings, Reference, build_null
from modelkin.protocols import DecisionRule, Method
from modelkin.records import Decision, NullKind, Relation, Responses, Similarity, Verdict
from modelkin.registry import part


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What a pair is held against.

    Attributes:
        rule: name of the decision rule.
        alpha: wanted bound on false accusations.
        null: what the references stand for; None takes the weakest that they record.
        cohort: take out what honest models share before judging.
    """

    rule: str
    alpha: float
    null: NullKind | None
    cohort: bool


def decide(
    method: Method,
    similarity: Similarity,
    entered: Entered,
    references: Sequence[Reference],
    bar: Bar,
    *,
    crafted: tuple[Responses, Responses] | None = None,
) -> tuple[Decision, NullFindings]:
    """Judge a rated pair against the references.

    Args:
        method: the deciding method.
        similarity: of the pair, by that method.
        entered: the answers of the pair that count.
        references: the honest models.
        bar: rule, alpha and null.
        crafted: the answers of both sides to the method's own queries, if it has any.

    Returns:
        The decision, and what became of the references.
    """
    source, suspect = entered.source, entered.suspect
    different = entered.alignment.label_sets == "different"
    same = None if different else coincidence(source, suspect)
    rule = part(DecisionRule, bar.rule)()  # type: ignore[type-abstract]

    def judged(*, other_classes: bool) -> tuple[Decision, NullFindings]:
        findings = build_null(
            method,
            entered.whole,
            suspect,
            references,
            stated=bar.null,
            used=source.index,
            crafted=crafted,
            cohort=bar.cohort,
            other_classes=other_classes,
        )
        decision = rule.decide(
            _on_the_scale(similarity, findings.score),
            null=findings.null,
            alpha=bar.alpha,
            relation=Relation.IDENTICAL if same else None,
        )
        decision = replace(decision, similarity=similarity, score=findings.score)
        return without_strangers(decision), findings

    decision, findings = judged(other_classes=different)
    if different and decision.verdict is Verdict.INCONCLUSIVE:
        # models of the source's classes cannot accuse this suspect, but they can clear it
        among_all = judged(other_classes=False)
        if among_all[0].verdict is Verdict.NO_EVIDENCE:
            decision, findings = among_all
    if same:
        decision = replace(decision, reason=f"all answers coincide {same}")
    if entered.saturated:
        decision = cannot_tell(decision, entered.coverage, (source.model, suspect.model))
    return decision, findings


def without_strangers(decision: Decision) -> Decision:
    """Nobody is accused for being nearer than unrelated functions: honest models are, too."""
    stranger = decision.null is not None and decision.null.kind is NullKind.N0
    if not stranger or decision.verdict is not Verdict.RELATED or decision.relation is not None:
        return decision
    reason = (
        f"{decision.reason}, but the references stand for unrelated functions only (N0), and "
        "honest models of real data are nearly always nearer than those; judge by honest models of "
        "the source's task"
    )
    return replace(decision, verdict=Verdict.INCONCLUSIVE, reason=reason)


def _on_the_scale(similarity: Similarity, score: float | None) -> Similarity:
    """What a rule is to judge: the number that compares with the scores of the null."""
    if score is None:
        return similarity
    return replace(similarity, value=score, low=None, high=None)

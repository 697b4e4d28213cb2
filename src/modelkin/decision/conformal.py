"""Conformal p-value against honest references, by independent family."""

import math
from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import DecisionRule
from modelkin.records import Decision, Null, Relation, Similarity, Verdict


@dataclass(frozen=True)
class Conformal(DecisionRule):
    """``p = (1 + #{families at least as similar to the source as the suspect}) / (n + 1)``.

    Valid when the suspect, were it honest, is exchangeable with the references. The unit is the
    family: of models that share an origin only the most similar one counts.

    Sees: the similarity of source and suspect, and of source and every reference.
    Cost: none beyond the references' answers.
    Paper: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005.
    """

    name: ClassVar[str] = "conformal"

    def decide(
        self,
        similarity: Similarity,
        *,
        null: Null | None,
        alpha: float,
        relation: Relation | None,
    ) -> Decision:
        """Conclude on one pair; coinciding answers need no references."""
        scores = list(null.family_scores.values()) if null else []
        p_value = None
        if scores:
            reached = sum(score >= similarity.value for score in scores)
            p_value = (1 + reached) / (len(scores) + 1)
        verdict, reason = _conclude(p_value, len(scores), alpha, relation)
        return Decision(
            similarity=similarity,
            verdict=verdict,
            relation=relation,
            p_value=p_value,
            alpha=alpha,
            null=null if scores else None,
            rule=self.name,
            reason=reason,
        )


def families_needed(alpha: float) -> int:
    """The fewest independent families that can support a verdict at ``alpha``.

    >>> families_needed(0.05)
    19
    """
    return math.ceil(round(1 / alpha, 9)) - 1


def _conclude(
    p_value: float | None, families: int, alpha: float, relation: Relation | None
) -> tuple[Verdict, str]:
    needed = families_needed(alpha)
    if relation is Relation.IDENTICAL:
        return Verdict.RELATED, "all answers coincide, over many distinct answers and classes"
    if p_value is None:
        return Verdict.INCONCLUSIVE, (
            "without references it is unknown how similar honest models are; "
            f"pass --references with at least {needed} independent honest models"
        )
    many = "1 independent family" if families == 1 else f"{families} independent families"
    if families < needed:
        return Verdict.INCONCLUSIVE, (
            f"{many} cannot support alpha {alpha:g}: {needed} are needed, or an alpha of at "
            f"least {1 / (families + 1):.3g}"
        )
    closer = round(p_value * (families + 1)) - 1
    beaten = f"{closer or 'none'} of {many}"
    verb = "is" if closer <= 1 else "are"
    verdict = Verdict.RELATED if p_value <= alpha else Verdict.NO_EVIDENCE
    return verdict, (
        f"{beaten} {verb} at least as similar to the source as the suspect (p = {p_value:.3g})"
    )

"""Several suspects of one source, with one error rate for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from modelkin.answers.multiplicity import holm
from modelkin.decision.conformal import families_needed
from modelkin.errors import ModelkinError, UsageError
from modelkin.pipeline.compare import run_compare
from modelkin.pipeline.null import failure
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.records import Failed, Relation, Report, Verdict

SCHEMA = "modelkin/many/1"


@dataclass(frozen=True, kw_only=True, eq=False)
class Many:
    """What became of several suspects.

    Attributes:
        alpha: the chance to accuse any honest one of them, at most.
        asked: suspects that were named; alpha is shared over them.
        reports: of those that could be compared, verdict and reason after sharing alpha.
        adjusted: Holm's p-value of each; None where there is no p-value.
        failed: suspects that could not be compared.
    """

    alpha: float
    asked: int
    reports: tuple[Report, ...]
    adjusted: tuple[float | None, ...]
    failed: tuple[Failed, ...]

    @property
    def verdict(self) -> Verdict:
        """Related if any is, no evidence if any was decided, inconclusive otherwise."""
        found = {report.decision.verdict for report in self.reports}
        for verdict in (Verdict.RELATED, Verdict.NO_EVIDENCE):
            if verdict in found:
                return verdict
        return Verdict.INCONCLUSIVE

    def as_json(self) -> dict[str, Any]:
        """With stable keys, see docs/json.md."""
        return {
            "schema": SCHEMA,
            "verdict": self.verdict.value,
            "alpha": self.alpha,
            "correction": "holm",
            "asked": self.asked,
            "suspects": [
                {
                    "suspect": report.suspect.location,
                    "verdict": report.decision.verdict.value,
                    "relation": report.decision.relation,
                    "reason": report.decision.reason,
                    "p_value": report.decision.p_value,
                    "adjusted_p_value": adjusted,
                    "similarity": report.decision.similarity.value,
                    "method": report.decision.similarity.method,
                    "queries": report.suspect.asked,
                    "warnings": list(report.warnings),
                }
                for report, adjusted in zip(self.reports, self.adjusted, strict=True)
            ],
            "failed": [{"subject": one.subject, "reason": one.reason} for one in self.failed],
        }


def run_many(
    source: str,
    suspects: Sequence[str],
    references: Sequence[str],
    options: CompareOptions,
    progress: Progress,
) -> Many:
    """Compare each suspect with the source; one that fails does not stop the rest.

    Raises:
        UsageError: a sequential verdict is wanted of several suspects.
        ModelkinError: no suspect could be compared; it is the error of the first.
    """
    if options.anytime:
        raise UsageError(
            "--anytime judges one suspect, and alpha would be shared over several",
            hint="name one suspect, or leave out --anytime",
        )
    reports: list[Report] = []
    failed: list[Failed] = []
    errors: list[ModelkinError] = []
    for suspect in dict.fromkeys(suspects):
        try:
            reports.append(run_compare(source, suspect, references, options, progress)[0])
        except ModelkinError as error:
            errors.append(error)
            failed.append(failure(f"suspect {suspect}", error))
    if not reports:
        raise errors[0]
    return share_alpha(reports, failed, alpha=options.alpha)


def share_alpha(reports: Sequence[Report], failed: Sequence[Failed], *, alpha: float) -> Many:
    """Share alpha over suspects by Holm's rule; one without a p-value counts as p = 1.

    Args:
        reports: one a suspect.
        failed: suspects that could not be compared.
        alpha: the chance to accuse any honest one, at most.
    """
    asked = len(reports) + len(failed)
    p_values = [report.decision.p_value for report in reports]
    stated = [1.0 if p is None else p for p in p_values] + [1.0] * len(failed)
    shared = holm(stated)[: len(reports)]
    adjusted = tuple(None if p is None else q for p, q in zip(p_values, shared, strict=True))
    return Many(
        alpha=alpha,
        asked=asked,
        reports=tuple(
            _settled(report, q, asked, alpha) for report, q in zip(reports, adjusted, strict=True)
        ),
        adjusted=adjusted,
        failed=tuple(failed),
    )


def _settled(report: Report, adjusted: float | None, asked: int, alpha: float) -> Report:
    decision = replace(report.decision, adjusted_for=asked)
    null = decision.null
    undecided = decision.verdict is Verdict.INCONCLUSIVE or adjusted is None or null is None
    if undecided or decision.relation is Relation.IDENTICAL:
        return replace(report, decision=decision)
    families = len(null.family_scores) if null else 0
    needed = families_needed(alpha / asked)
    if families < needed:
        verdict = Verdict.INCONCLUSIVE
        reason = (
            f"{families} independent families cannot support alpha {alpha:g} over {asked} "
            f"suspects: {needed} are needed"
        )
    else:
        verdict = Verdict.RELATED if (adjusted or 1.0) <= alpha else Verdict.NO_EVIDENCE
        reason = f"{decision.reason}; over {asked} suspects p = {adjusted:.3g} (Holm)"
    return replace(report, decision=replace(decision, verdict=verdict, reason=reason))

"""One honest suspect before a decision rule, and how often rules accuse."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modelkin.protocols import DecisionRule
from modelkin.records import Null, NullKind, NullScore, Similarity, Verdict


@dataclass(frozen=True, kw_only=True)
class Trial:
    """An honest suspect and the references that it is judged against.

    Attributes:
        group: what suspect and references are, in words; trials of a group are counted together.
        lineage: family of the source.
        value: similarity of source and suspect.
        honest: similarities of each reference family's members to the source; the suspect's
            family is not among them.
    """

    group: str
    lineage: str
    value: float
    honest: Mapping[str, Sequence[float]]

    @property
    def floor(self) -> float:
        """The smallest p-value that its references can support."""
        return 1 / (len(self.honest) + 1)


@dataclass(frozen=True, kw_only=True)
class Observed:
    """How often a rule accused.

    Attributes:
        accused: honest suspects called related.
        trials: honest suspects in all.
        floor: the largest floor of any trial.
    """

    accused: int
    trials: int
    floor: float


def observe(rule: DecisionRule, trials: Iterable[Trial], alpha: float) -> Observed:
    """Let a rule judge honest suspects."""
    accused, count, floor = 0, 0, 0.0
    for trial in trials:
        accused += judged(rule, trial, alpha) is Verdict.RELATED
        count += 1
        floor = max(floor, trial.floor)
    return Observed(accused=accused, trials=count, floor=floor)


def judged(rule: DecisionRule, trial: Trial, alpha: float) -> Verdict:
    """The verdict of one trial."""
    scores = tuple(
        NullScore(reference=f"{family}-{place}", family=family, value=value)
        for family, values in trial.honest.items()
        for place, value in enumerate(values)
    )
    similarity = Similarity(
        method="recorded",
        params="{}",
        a="source",
        b="suspect",
        value=trial.value,
        low=None,
        high=None,
        confidence=0.95,
        n_queries=1,
    )
    null = Null(kind=NullKind.N1, scores=scores)
    return rule.decide(similarity, null=null, alpha=alpha, relation=None).verdict

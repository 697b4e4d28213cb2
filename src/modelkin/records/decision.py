"""A verdict with everything needed to argue with it."""

from dataclasses import dataclass

from modelkin.records.similarity import Similarity
from modelkin.records.vocabulary import NullKind, Relation, Verdict


@dataclass(frozen=True, kw_only=True)
class NullScore:
    """How similar one honest reference is to the source.

    Attributes:
        reference: name of the model.
        family: the independent family it belongs to.
        value: on the scale that decides: its partial similarity where there is a cohort, else its
            similarity.
        similarity: to the source, by the deciding method; None where ``value`` is that.
        null: what the reference itself stands for, as it records or as was stated; None where
            neither says.
    """

    reference: str
    family: str
    value: float
    similarity: float | None = None
    null: NullKind | None = None


@dataclass(frozen=True, kw_only=True)
class Null:
    """The honest models that a verdict was judged against.

    Attributes:
        kind: what "unrelated" means here.
        scores: one entry a reference.
        cohort: families whose likeness was taken out of the suspect's similarity; 0 where the
            similarity itself decides.
    """

    kind: NullKind
    scores: tuple[NullScore, ...]
    cohort: int = 0

    @property
    def family_scores(self) -> dict[str, float]:
        """The most similar member of each independent family."""
        best: dict[str, float] = {}
        for score in self.scores:
            best[score.family] = max(score.value, best.get(score.family, score.value))
        return best

    @property
    def floor(self) -> float:
        """The smallest p-value that this many families can support."""
        return 1.0 / (len(self.family_scores) + 1)

    @property
    def siblings(self) -> "Null":
        """Those made as the source was, from its own data (N3).

        They alone can tell a copy from a model of the same data and recipe. A family counts when
        none of its members is anything else.
        """
        others = {one.family for one in self.scores if one.null is not NullKind.N3}
        kept = tuple(one for one in self.scores if one.family not in others)
        return Null(kind=NullKind.N3, scores=kept, cohort=self.cohort)

    def p_value(self, value: float) -> float:
        """The conformal p-value of a number on the scale of the scores, and 1 without any."""
        best = self.family_scores.values()
        return (1 + sum(score >= value for score in best)) / (len(best) + 1)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The conclusion on one pair.

    Attributes:
        similarity: the statistic that decided.
        verdict: related, no-evidence or inconclusive.
        relation: the kind of kinship, where one was shown.
        p_value: conformal p-value, never 0; None without references.
        e_value: anytime evidence, where the rule gives one.
        alpha: the false-accusation rate asked for.
        null: what it was judged against, or None.
        adjusted_for: pairs that alpha was shared over.
        score: the partial similarity that decided; None where the similarity itself did.
        rule: registry name of the rule.
        reason: one plain sentence.
    """

    similarity: Similarity
    verdict: Verdict
    relation: Relation | None
    p_value: float | None
    alpha: float
    null: Null | None
    rule: str
    reason: str
    e_value: float | None = None
    adjusted_for: int = 1
    score: float | None = None

    @property
    def judged(self) -> float:
        """The suspect's number on the scale of the null's scores."""
        return self.similarity.value if self.score is None else self.score

"""Rules that break their contract, each in one way."""

from dataclasses import replace

from modelkin.decision.conformal import Conformal
from modelkin.records import Decision, Null, Relation, Similarity, Verdict


class Sound(Conformal):
    """Conformal, to be bent by a change of what goes in or comes out."""

    def decide(
        self,
        similarity: Similarity,
        *,
        null: Null | None,
        alpha: float,
        relation: Relation | None,
    ) -> Decision:
        found = super().decide(
            self.seen(similarity),
            null=self.honest(null) if null else None,
            alpha=alpha,
            relation=self.known(relation),
        )
        return self.told(replace(found, similarity=similarity, null=null))

    def seen(self, similarity: Similarity) -> Similarity:
        return similarity

    def honest(self, null: Null) -> Null:
        return null

    def known(self, relation: Relation | None) -> Relation | None:
        return relation

    def told(self, decision: Decision) -> Decision:
        return decision


class DropsTheClosest(Sound):
    def honest(self, null: Null) -> Null:
        ordered = sorted(null.scores, key=lambda score: score.value)
        return replace(null, scores=tuple(ordered[:-1]))


class WinsTies(Sound):
    def seen(self, similarity: Similarity) -> Similarity:
        return replace(similarity, value=similarity.value + 1e-9)


class CountsModels(Sound):
    def honest(self, null: Null) -> Null:
        apart = (replace(score, family=score.reference) for score in null.scores)
        return replace(null, scores=tuple(apart))


class Zero(Sound):
    def told(self, decision: Decision) -> Decision:
        return replace(decision, p_value=0.0)


class Reversed(Sound):
    def seen(self, similarity: Similarity) -> Similarity:
        return replace(similarity, value=-similarity.value)


class AlwaysDecides(Sound):
    def told(self, decision: Decision) -> Decision:
        related = decision.similarity.value > 0.99
        return replace(decision, verdict=Verdict.RELATED if related else Verdict.NO_EVIDENCE)


class IgnoresIdentity(Sound):
    def known(self, relation: Relation | None) -> Relation | None:
        del relation
        return None


class Timid(Sound):
    def told(self, decision: Decision) -> Decision:
        return replace(decision, verdict=Verdict.INCONCLUSIVE)


class Forgetful(Sound):
    def told(self, decision: Decision) -> Decision:
        return replace(decision, null=None)


FAULTS = (
    ("test_honest_suspects_are_accused_at_most_at_alpha", DropsTheClosest),
    ("test_ties_do_not_raise_the_error_rate", WinsTies),
    ("test_families_count_once", CountsModels),
    ("test_p_value_is_never_below_its_floor", CountsModels),
    ("test_p_value_is_never_below_its_floor", Zero),
    ("test_more_similar_is_never_less_evidence", Reversed),
    ("test_too_few_families_decide_nothing", AlwaysDecides),
    ("test_too_few_families_decide_nothing", CountsModels),
    ("test_no_references_decide_nothing", AlwaysDecides),
    ("test_identical_answers_are_related", IgnoresIdentity),
    ("test_obvious_copies_are_found", Timid),
    ("test_decision_keeps_what_it_was_made_from", Forgetful),
)

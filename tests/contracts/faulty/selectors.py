"""Selectors that break their contract, each in one way."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection, counted
from modelkin.protocols import QuerySelector
from modelkin.queries.ranking import best_of, require_enough
from modelkin.records import FloatArray


@dataclass(frozen=True)
class Sound(QuerySelector):
    """Where most references differ from the source, and most own copies do not."""

    name: ClassVar[str] = "sound"
    copies: ClassVar[bool] = True

    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        require_enough(candidates.size, n)
        return counted(best_of(self.ranks(candidates), candidates.source, n, rng))

    def ranks(self, candidates: LabelCandidates) -> FloatArray:
        found: FloatArray = candidates.agreeing - 2.0 * candidates.kept.sum(axis=0)
        return found


class Repeating(Sound):
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        picked = super().select(candidates, n=n, rng=rng)
        return replace(picked, chosen=np.full(n, picked.chosen[0]))


class Short(Sound):
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        return counted(super().select(candidates, n=n, rng=rng).chosen[: max(1, n // 2)])


class Careless(Sound):
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        return counted(best_of(self.ranks(candidates), candidates.source, max(n, 1), rng))


class Inverted(Sound):
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        picked = super().select(candidates, n=n, rng=rng)
        return replace(picked, agree=picked.differ, differ=picked.agree)


class Endless(Sound):
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        picked = super().select(candidates, n=n, rng=rng)
        return replace(picked, agree=np.full(n, np.inf))


class Unseeded(Sound):
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        fresh = np.random.Generator(np.random.Philox(seed=rng.integers(1) or None))
        return super().select(candidates, n=n, rng=fresh)


class Hashing(Sound):
    def ranks(self, candidates: LabelCandidates) -> FloatArray:
        return super().ranks(candidates) * (1 if hash("selector") % 7919 < 3960 else -1) + np.array(
            [hash(f"{place}") % 7919 for place in range(candidates.size)], dtype=np.float64
        )


class Global(Sound):
    def ranks(self, candidates: LabelCandidates) -> FloatArray:
        np.random.seed(3)  # noqa: NPY002 - this is the fault
        return super().ranks(candidates)


class Scribbling(Sound):
    def ranks(self, candidates: LabelCandidates) -> FloatArray:
        candidates.references[0, 0] += 1
        return super().ranks(candidates)


class Blind(Sound):
    def ranks(self, candidates: LabelCandidates) -> FloatArray:
        return candidates.agreeing.astype(np.float64)


class Credulous(Sound):
    def ranks(self, candidates: LabelCandidates) -> FloatArray:
        if len(candidates.copies):
            return np.arange(candidates.size, dtype=np.float64)
        return candidates.agreeing.astype(np.float64)


FAULTS = (
    ("test_budget_is_kept_and_no_query_chosen_twice", Repeating),
    ("test_budget_is_kept_and_no_query_chosen_twice", Short),
    ("test_impossible_numbers_are_refused", Careless),
    ("test_weights_fit_and_agreement_never_speaks_against", Inverted),
    ("test_weights_fit_and_agreement_never_speaks_against", Endless),
    ("test_same_seed_gives_the_same", Unseeded),
    ("test_same_in_another_process", Hashing),
    ("test_global_randomness_is_left_alone", Global),
    ("test_answers_stay_unchanged", Scribbling),
    ("test_copies_are_used_only_if_it_says_so", Blind),
    ("test_copies_that_teach_nothing_do_not_hurt", Credulous),
)

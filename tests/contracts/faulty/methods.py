"""Methods that break their contract, each in one way."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from tests.contracts.faulty import measures

from modelkin.comparison.correlation import Correlation
from modelkin.fingerprints.log_scores import LogScores
from modelkin.fingerprints.predicted_labels import PredictedLabels
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure
from modelkin.records import Access, Fingerprint, FloatArray, Responses


@dataclass(frozen=True)
class Sound(Method):
    """Correlation of log-probabilities.

    Sees: scores.
    Cost: one run of the pool a model.
    Paper: none.
    """

    name: ClassVar[str] = "sound"
    fingerprint: FingerprintMethod = LogScores()
    similarity: SimilarityMeasure = Correlation()


class Paperless(Sound):
    """A method without a paper.

    Sees: scores.
    Cost: one run of the pool a model.
    """


class Pretending(Sound):
    """A method that says it needs less than it does.

    Sees: labels.
    """


class _Greedy(PredictedLabels):
    needs: ClassVar[Access] = Access.SCORES


@dataclass(frozen=True)
class Lenient(Sound):
    """Takes labels though it says it needs scores.

    Sees: scores.
    """

    fingerprint: FingerprintMethod = _Greedy()

    def fingerprint_of(self, responses: Responses) -> Fingerprint:
        return super().fingerprint_of(replace(responses, access=Access.SCORES))


class Named(Sound):
    def fingerprint_of(self, responses: Responses) -> Fingerprint:
        found = super().fingerprint_of(responses)
        return replace(found, values=found.values ** len(responses.model))


class _Scrambled(LogScores):
    def extract(self, responses: Responses) -> FloatArray:
        rng = np.random.default_rng(int(responses.digest[:8], 16))
        return rng.normal(size=(len(responses), 1))


@dataclass(frozen=True)
class Digest(Sound):
    fingerprint: FingerprintMethod = _Scrambled()


@dataclass(frozen=True)
class OneSided(Sound):
    similarity: SimilarityMeasure = measures.Projected()


class _Unaligned(LogScores):
    aligned: ClassVar[bool] = False


@dataclass(frozen=True)
class ClassBound(Sound):
    fingerprint: FingerprintMethod = _Unaligned()


class Careless(Sound):
    def rate(self, a: Fingerprint, b: Fingerprint) -> float:
        rows = min(len(a.values), len(b.values))
        return self.similarity.pair(a.values[:rows], b.values[:rows])


class _Unseeded(LogScores):
    def extract(self, responses: Responses) -> FloatArray:
        return super().extract(responses) + np.random.default_rng().normal()


@dataclass(frozen=True)
class Unseeded(Sound):
    fingerprint: FingerprintMethod = _Unseeded()


FAULTS = (
    ("test_docstring_has_its_lines", Paperless),
    ("test_sees_names_the_access_it_needs", Pretending),
    ("test_access_is_what_it_sees", Lenient),
    ("test_copy_scores_one", Named),
    ("test_noised_copy_is_closer_than_a_stranger", Digest),
    ("test_is_symmetric_if_its_measure_says_so", OneSided),
    ("test_order_of_classes_does_not_matter_unless_aligned", ClassBound),
    ("test_other_queries_are_refused", Careless),
    ("test_fingerprints_of_other_methods_are_refused", Careless),
    ("test_stored_answers_give_the_same_fingerprint", Unseeded),
)

"""Fingerprints that break their contract, each in one way."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.errors import IncompatibleError
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, OutputKind, Responses


@dataclass(frozen=True)
class Sound(FingerprintMethod):
    """Centred log-probabilities."""

    name: ClassVar[str] = "sound"
    needs: ClassVar[Access] = Access.SCORES

    def extract(self, responses: Responses) -> FloatArray:
        return log_scores(responses)


class Named(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        return super().extract(responses) + len(responses.model)


class Unseeded(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        return super().extract(responses) + np.random.default_rng().normal()


class Hashed(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        return super().extract(responses) + hash("hashed") % 1000


class Constant(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        return np.ones(len(responses))


class Overwriting(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        responses.values[0] = 0
        return super().extract(responses)


class GlobalNumpy(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        return super().extract(responses) + np.random.normal()  # noqa: NPY002 (wrong on purpose)


class Empty(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        return super().extract(responses)[:0]


class NotForTwo(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        found = super().extract(responses)
        return found if found.shape[1] > 2 else found * np.nan


class PlainLogarithm(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        with np.errstate(all="ignore"):
            return np.log(np.asarray(responses.values, dtype=np.float64))


class Squared(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        with np.errstate(all="ignore"):
            return np.asarray(super().extract(responses) ** 16)


class Refusing(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        if (responses.values == 0).any():
            raise IncompatibleError("there are zeros", hint="have none")
        return super().extract(responses)


class NotForVectors(Sound):
    def extract(self, responses: Responses) -> FloatArray:
        vectors = responses.kind is OutputKind.VECTORS
        return super().extract(responses) * (np.nan if vectors else 1.0)


class Boastful(Sound):
    needs: ClassVar[Access] = Access.LABEL


FAULTS = (
    ("test_same_answers_give_same_bytes", Named),
    ("test_same_answers_give_same_bytes", Unseeded),
    ("test_same_bytes_in_another_process", Hashed),
    ("test_other_answers_give_another_fingerprint", Constant),
    ("test_answers_stay_unchanged", Overwriting),
    ("test_global_randomness_is_left_alone", GlobalNumpy),
    ("test_ordinary_answers_give_finite_numbers", NotForTwo),
    ("test_ordinary_answers_give_finite_numbers", Empty),
    ("test_extreme_answers_give_finite_numbers", PlainLogarithm),
    ("test_extreme_answers_give_finite_numbers", Squared),
    ("test_extreme_answers_give_finite_numbers", Refusing),
    ("test_vectors_are_served_or_refused", NotForVectors),
    ("test_access_is_what_it_needs", Boastful),
)

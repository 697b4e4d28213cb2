"""What every fingerprint keeps to."""

import dataclasses
from typing import ClassVar

import numpy as np
import pytest

from modelkin.answers.restrict import restrict
from modelkin.comparison.agreement import Agreement
from modelkin.errors import IncompatibleError
from modelkin.fingerprints.predicted_labels import PredictedLabels
from modelkin.protocols import Component, FingerprintMethod, Method, SimilarityMeasure
from modelkin.records import Access, FloatArray, OutputKind, Responses
from modelkin.testing.component_contract import ComponentContract
from modelkin.testing.digests import array_digest, fingerprint_digest
from modelkin.testing.elsewhere import call_elsewhere
from modelkin.testing.random_state import untouched_random_state
from modelkin.testing.toys import ToySubject, extreme_responses, toy_pool, toy_responses

_ODD_KINDS = (OutputKind.SIGMOIDS, OutputKind.VECTORS)


@dataclasses.dataclass(frozen=True)
class _Probe(Method):
    """A method around the fingerprint under test."""

    name: ClassVar[str] = "probe"
    fingerprint: FingerprintMethod = PredictedLabels()
    similarity: SimilarityMeasure = Agreement()


class FingerprintContract(ComponentContract):
    """A finite representation that depends on the answers and on nothing else."""

    base: ClassVar[type[Component]] = FingerprintMethod

    @pytest.fixture
    def part(self) -> type[FingerprintMethod]:
        """The fingerprint under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    def test_same_answers_give_same_bytes(self, part: type[FingerprintMethod]) -> None:
        """Also after other answers, and whatever the model is called."""
        responses = toy_responses(ToySubject(1), toy_pool())
        wanted = array_digest(_shown(part, responses))
        _shown(part, toy_responses(ToySubject(2), toy_pool()))
        renamed = dataclasses.replace(responses, model="by another name", model_digest="0" * 64)
        assert array_digest(_shown(part, renamed)) == wanted

    def test_same_bytes_in_another_process(self, part: type[FingerprintMethod]) -> None:
        """Nothing depends on string hashes, on the clock or on what ran before."""
        assert call_elsewhere(fingerprint_digest, part) == fingerprint_digest(part)

    def test_other_answers_give_another_fingerprint(self, part: type[FingerprintMethod]) -> None:
        """Unrelated models are told apart."""
        made = {array_digest(_shown(part, _ordinary(seed))) for seed in range(3)}
        assert len(made) == len(range(3))

    def test_answers_stay_unchanged(self, part: type[FingerprintMethod]) -> None:
        """Several methods read the same responses."""
        responses = _ordinary(1)
        before = responses.values.tobytes(), responses.index.tobytes()
        _shown(part, responses)
        assert (responses.values.tobytes(), responses.index.tobytes()) == before

    def test_global_randomness_is_left_alone(self, part: type[FingerprintMethod]) -> None:
        """A fingerprint that samples has a seed of its own."""
        with untouched_random_state():
            _shown(part, _ordinary(1))

    def test_ordinary_answers_give_finite_numbers(self, part: type[FingerprintMethod]) -> None:
        """Probabilities and logits of two and of many classes, also with rows left out."""
        for kind in (OutputKind.PROBABILITIES, OutputKind.LOGITS):
            for classes in (2, 5, 30):
                responses = toy_responses(ToySubject(1, classes=classes, kind=kind), toy_pool())
                _require_finite(_shown(part, responses))
                gaps = np.flatnonzero(np.arange(len(responses)) % 7 != 3)
                _require_finite(_shown(part, responses.take(gaps)))

    def test_extreme_answers_give_finite_numbers(self, part: type[FingerprintMethod]) -> None:
        """Exact zeros, one-hot rows, huge logits; only sigmoids may be refused, and clearly."""
        for what, responses in extreme_responses().items():
            try:
                values = _shown(part, responses)
            except IncompatibleError:
                assert responses.kind in _ODD_KINDS, f"refused: {what}"
                continue
            _require_finite(values, what)

    def test_vectors_are_served_or_refused(self, part: type[FingerprintMethod]) -> None:
        """Models that do not classify get a finite fingerprint or a clear refusal."""
        responses = toy_responses(ToySubject(1, kind=OutputKind.VECTORS), toy_pool())
        try:
            values = _shown(part, responses)
        except IncompatibleError:
            return
        _require_finite(values, "vectors")

    def test_access_is_what_it_needs(self, part: type[FingerprintMethod]) -> None:
        """Answers that show less than ``needs`` are refused, all others are served."""
        method = _Probe(fingerprint=part())
        for access in Access:
            responses = restrict(_ordinary(1), access)
            if access.covers(part.needs):
                _require_finite(method.fingerprint_of(responses).values, access)
            else:
                with pytest.raises(IncompatibleError):
                    method.fingerprint_of(responses)


def _ordinary(seed: int) -> Responses:
    return toy_responses(ToySubject(seed), toy_pool())


def _shown(part: type[FingerprintMethod], responses: Responses) -> FloatArray:
    """Fingerprint no more than the part says it needs."""
    if part.needs is Access.LABEL and responses.kind.classifies:
        responses = restrict(responses, Access.LABEL)
    return part().extract(responses)


def _require_finite(values: FloatArray, what: str = "ordinary answers") -> None:
    assert values.size > 0, what
    assert np.issubdtype(values.dtype, np.floating), what
    assert np.isfinite(values).all(), f"not finite: {what}"

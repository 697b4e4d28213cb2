"""Distances that see through a renamed class, and those of log-probabilities."""

import numpy as np
import pytest

from modelkin.bench.dataless.log_distances import centred_log_correlation, log_correlation
from modelkin.bench.dataless.permutation_free import matched_labels, whitened_geometry
from modelkin.records import FloatArray
from modelkin.testing.extras import needs_extra


def _answers(rng: np.random.Generator, n: int = 120) -> FloatArray:
    return rng.dirichlet(np.full(10, 0.3), n)


@needs_extra("scipy", "bench")
def test_a_renamed_model_is_at_distance_0_and_an_unrelated_one_is_not() -> None:
    rng = np.random.default_rng(0)
    one, other = _answers(rng), _answers(rng)
    renamed = one[:, rng.permutation(10)]
    labels = matched_labels([one, renamed, other])
    assert labels[0, 1] == 0
    assert labels[0, 2] > 0.5
    assert (labels == labels.T).all()
    geometry = whitened_geometry([one, renamed, other])
    assert geometry[0, 1] == pytest.approx(0, abs=1e-9)
    assert geometry[0, 2] > 0.8


@needs_extra("scipy", "bench")
def test_matching_is_the_best_of_all() -> None:
    rng = np.random.default_rng(1)
    one, other = _answers(rng, 40), _answers(rng, 40)
    best = matched_labels([one, other])[0, 1]
    labels = one.argmax(1), other.argmax(1)
    for _ in range(300):
        order = rng.permutation(10)
        assert best <= (labels[0] != order[labels[1]]).mean() + 1e-12


def test_log_correlation_sees_no_temperature_and_the_centred_one_no_bias() -> None:
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(80, 10))

    def softmax(values: FloatArray) -> FloatArray:
        odds = np.exp(values)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    sharp, biased = softmax(3 * logits), softmax(logits + rng.normal(0, 5, 10))
    plain = log_correlation([softmax(logits), sharp, biased])
    centred = centred_log_correlation([softmax(logits), sharp, biased])
    assert plain[0, 1] == pytest.approx(0, abs=1e-9)
    assert plain[0, 2] > 0.3
    assert centred[0, 2] == pytest.approx(0, abs=1e-9)

"""Rounding is recognised and put on everyone."""

import numpy as np
import pytest

from modelkin.answers.levelling import levelled, shown_decimals
from modelkin.records import Access, AnyArray, FloatArray, OutputKind, Responses


def told(values: AnyArray, kind: OutputKind = OutputKind.PROBABILITIES) -> Responses:
    return Responses(
        model="m",
        model_digest="",
        pool="p",
        pool_digest="",
        values=values,
        kind=kind,
        access=Access.SCORES,
        index=np.arange(len(values)),
        parts=("p",) * len(values),
        asked=len(values),
    )


def chances(n: int = 40) -> FloatArray:
    raised = np.exp(np.random.default_rng(0).normal(size=(n, 6)) * 3)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


@pytest.mark.parametrize("decimals", [1, 2, 4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounded_probabilities_are_seen(decimals: int, dtype: type) -> None:
    assert shown_decimals(told(np.round(chances(), decimals).astype(dtype))) == decimals


def test_plain_scores_one_hot_answers_and_bytes_are_not_taken_for_rounded() -> None:
    assert shown_decimals(told(chances())) is None
    assert shown_decimals(told(chances().astype(np.float32))) is None
    assert shown_decimals(told(np.eye(6))) is None
    assert shown_decimals(told(np.round(chances() * 256) / 256)) is None
    assert shown_decimals(told(np.round(chances(), 2), OutputKind.LOGITS)) is None


def test_logits_are_levelled_as_the_probabilities_they_stand_for() -> None:
    shown = levelled(told(np.log(chances()) + 3.0, OutputKind.LOGITS), 2)
    np.testing.assert_allclose(shown.values.astype(np.float64), np.round(chances(), 2), atol=1e-12)
    assert shown.step == pytest.approx(0.01)
    labels = told(np.arange(5)[:, None], OutputKind.LABELS)
    assert levelled(labels, 2) is labels

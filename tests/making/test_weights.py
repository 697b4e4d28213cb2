"""Rounding, pruning and noise do to weights what they say."""

import numpy as np
import pytest

from modelkin.errors import UnknownNameError
from modelkin.making.strengths import KINDS, Strength, strengths
from modelkin.making.weights import Weight, changed, rounded
from modelkin.records import FloatArray

_RNG = np.random.default_rng(3)
_WEIGHTS = {
    "first": Weight(
        values=_RNG.normal(size=(8, 3, 3, 3)) * np.arange(1, 9)[:, None, None, None], axis=0
    ),
    "middle": Weight(values=_RNG.normal(size=(16, 72)), axis=0),
    "head": Weight(values=_RNG.normal(size=(72, 5)) * 0.01, axis=1),
}


def made(kind: str, **settings: float | str) -> dict[str, FloatArray]:
    return changed(_WEIGHTS, Strength(kind=kind, settings=settings), np.random.default_rng(1))


@pytest.mark.parametrize("bits", [4, 8])
def test_rounding_leaves_so_many_steps_a_channel(bits: int) -> None:
    values = _WEIGHTS["first"].values
    found = rounded(values, bits, 0)
    for before, after in zip(values, found, strict=True):
        step = np.abs(before).max() / (2 ** (bits - 1) - 1)
        assert np.abs(after - before).max() <= step / 2 + 1e-12
        assert len(np.unique(after)) <= 2**bits
    # small channels suffer when one step serves all
    assert (
        np.abs(rounded(values, bits, None)[0] - values[0]).max()
        > np.abs(found[0] - values[0]).max()
    )


def test_pruning_takes_the_smallest_of_all_and_spares_the_head() -> None:
    found = made("pruned", share=0.5)
    gone = np.concatenate([(found[name] == 0).ravel() for name in ("first", "middle")])
    assert gone.mean() == pytest.approx(0.5, abs=0.01)
    np.testing.assert_array_equal(found["head"], _WEIGHTS["head"].values)
    kept = np.abs(found["middle"][found["middle"] != 0]).min()
    assert np.abs(_WEIGHTS["middle"].values[found["middle"] == 0]).max() <= kept


def test_noise_is_in_proportion_to_each_tensor() -> None:
    found = made("noised", sd=0.1)
    for name, weight in _WEIGHTS.items():
        ratio = (found[name] - weight.values).std() / weight.values.std()
        assert ratio == pytest.approx(0.1, rel=0.25)


def test_half_precision_moves_by_its_rounding_only() -> None:
    for name, values in made("fp16").items():
        np.testing.assert_allclose(values, _WEIGHTS[name].values, rtol=1e-3, atol=1e-6)
        assert (values != _WEIGHTS[name].values).any()


def test_kinds_are_graded_and_unknown_ones_named() -> None:
    assert {one.kind for one in strengths(())} == set(KINDS)
    assert len({one.name for one in strengths(())}) == len(strengths(()))
    with pytest.raises(UnknownNameError, match="melted"):
        strengths(["melted"])

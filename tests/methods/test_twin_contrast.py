"""Twin contrast: hand-made moves, and the twins and metamers of toy sources."""

import numpy as np
import pytest
from tests.methods.making import answers, pictures

from modelkin.errors import IncompatibleError
from modelkin.fingerprints.twin_contrast import TwinContrast as Contrast
from modelkin.methods.twin_contrast import TwinContrast
from modelkin.queries.crafting.probed_twins import ProbedTwins
from modelkin.records import AnyArray, FloatArray, OutputKind
from modelkin.testing.toy_oracle import ToyOracle


def moved(far: FloatArray, other: FloatArray, near: FloatArray) -> FloatArray:
    """Plain vectors of one entry whose twins lie so far from their seed."""
    seeds = np.linspace(-3, 5, len(far))
    return np.stack([seeds, seeds + far, seeds - other, seeds + near], axis=1).reshape(-1, 1)


def test_hand_calculation() -> None:
    values = moved(np.array([3.0, 1.0]), np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    # far twins move 2 and 1 in the mean, metamers 1 and 0: (3 - 1) / (3 + 1)
    assert Contrast().extract(answers(values, OutputKind.VECTORS)) == pytest.approx([0.5])


def test_what_metamers_move_as_far_as_twins_shows_nothing() -> None:
    ones = np.ones(5)
    assert Contrast().extract(answers(moved(ones, ones, ones), OutputKind.VECTORS)) == [0.0]
    silent = np.zeros((8, 1))
    assert Contrast().extract(answers(silent, OutputKind.VECTORS)) == [0.0]


def test_a_seed_with_a_lost_answer_is_left_out() -> None:
    rng = np.random.default_rng(0)
    whole = answers(moved(*rng.uniform(0, 2, (3, 4))), OutputKind.VECTORS)
    kept = whole.take(np.setdiff1d(np.arange(16), [0, 6]))  # a seed; the second twin of the next
    expected = whole.take(np.arange(8, 16))
    assert Contrast().extract(kept) == pytest.approx(Contrast().extract(expected))
    with pytest.raises(IncompatibleError, match="no seed with all of its twins"):
        Contrast().extract(whole.take(np.array([0, 1, 2])))


def crafted(source: int) -> tuple[ToyOracle, AnyArray]:
    shape = (8, 8, 3)
    oracle = ToyOracle(source, shape=shape)
    seeds = pictures(12, height=8, width=8)
    made = ProbedTwins(probes=96).craft(seeds, oracle, n=48, rng=np.random.default_rng(0))
    assert np.array_equal(
        np.sort(made[::4].reshape(12, -1), axis=0), np.sort(seeds.reshape(12, -1), axis=0)
    )
    return oracle, made


def test_twins_move_their_source_and_metamers_do_not() -> None:
    oracle, made = crafted(1)
    steps = made.reshape(12, 4, -1).astype(np.int64)
    apart = np.abs(steps[:, 1:] - steps[:, :1])
    assert apart.max() <= round(ProbedTwins().eps * 255)
    assert (apart.mean(axis=2) > 1).all()  # a metamer is another picture, and no copy
    method = TwinContrast()
    own = method.fingerprint_of(answers(oracle.log_probabilities(made), OutputKind.LOGITS))
    assert own.values[0] > 0.5
    others = [
        method.fingerprint_of(
            answers(ToyOracle(seed, shape=(8, 8, 3)).log_probabilities(made), OutputKind.LOGITS)
        )
        for seed in range(2, 8)
    ]
    assert method.rate(own, own) == 1.0
    assert np.mean([one.values[0] for one in others]) < own.values[0] - 0.3
    assert max(method.rate(own, one) for one in others) < 0.9


def test_every_query_to_the_source_is_counted() -> None:
    oracle = ToyOracle(1, shape=(8, 8, 3))
    crafter = ProbedTwins(probes=10, corrections=3)
    crafter.craft(pictures(12, height=8, width=8), oracle, n=8, rng=np.random.default_rng(0))
    # a seed, its probes, both signs of two twins, the corrections
    assert oracle.asked == 2 * (1 + 10 + 4 + 3)


def test_a_source_that_nothing_moves_still_gets_queries() -> None:
    class Silent(ToyOracle):
        def log_probabilities(self, queries: AnyArray) -> FloatArray:
            super().log_probabilities(queries)
            return np.full((len(queries), 5), np.log(0.2))

    made = ProbedTwins(probes=8).craft(
        pictures(6, height=8, width=8),
        Silent(0, shape=(8, 8, 3)),
        n=8,
        rng=np.random.default_rng(0),
    )
    assert made.shape == (8, 8, 8, 3)

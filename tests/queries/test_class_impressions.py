"""Class impressions against sources whose best input is known."""

import numpy as np
import pytest

from modelkin.errors import BudgetError, IncompatibleError
from modelkin.queries.crafting.class_impressions import ClassImpressions
from modelkin.queries.impressions import mixed_targets, nearest_starts, sure_and_unsure
from modelkin.queries.randomness import keyed
from modelkin.queries.smooth import bumps, roughness, roughness_slope
from modelkin.records import AnyArray, FloatArray, IntArray
from modelkin.testing.toy_crafting import SHAPES, craft_toys, toy_seeds
from modelkin.testing.toy_oracle import ToyOracle

_SIDES = (8, 8, 3)


class Linear:
    """Two classes: the second likes the left half of a picture bright and the right half dark."""

    def __init__(self, *, differentiable: bool) -> None:
        self.differentiable, self.asked = differentiable, 0
        self.weights = np.where(np.arange(8)[None, :, None] < 4, 0.05, -0.05) * np.ones(_SIDES)

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        self.asked += len(queries)
        scale = 255 if queries.dtype == np.uint8 else 1
        gap = ((queries.astype(np.float64) / scale - 0.5) * self.weights).sum(axis=(1, 2, 3))
        return np.asarray(-np.logaddexp(0, np.stack([gap, -gap], axis=1)))

    def labels(self, queries: AnyArray) -> IntArray:
        return np.asarray(self.log_probabilities(queries).argmax(axis=1), dtype=np.int64)

    def gradient(self, queries: FloatArray, weights: FloatArray) -> FloatArray:
        logs = self.log_probabilities(queries)
        pull = weights[:, 1] - weights.sum(axis=1) * np.exp(logs[:, 1])
        return np.asarray(pull[:, None, None, None] * self.weights)


class Vectors(Linear):
    """Answers with an embedding."""

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        return super().log_probabilities(queries) + 5


def test_a_linear_source_gets_the_picture_that_maximises_the_class() -> None:
    """The best input is known: every pixel at the end of its range that its weight points to."""
    source, seeds = Linear(differentiable=True), toy_seeds(_SIDES, 20)
    crafter = ClassImpressions(budget=1000, smoothness=0.0, rate=0.05)
    made = crafter.craft(seeds, source, n=4, rng=keyed("linear"))
    assert source.asked == 1000
    towards = source.weights if source.labels(made[:1])[0] == 1 else -source.weights
    assert np.array_equal(made[0], np.where(towards > 0, 255, 0))


def test_evolution_approaches_the_same_picture() -> None:
    source, seeds = Linear(differentiable=False), toy_seeds(_SIDES, 20)
    crafter = ClassImpressions(budget=2000)
    made = crafter.craft(seeds, source, n=4, rng=keyed("linear"))
    best = np.exp(source.log_probabilities(seeds)).max()
    assert np.exp(source.log_probabilities(made[:1])).max() > best + 0.2


def test_gradient_and_evolution_lead_to_the_targets() -> None:
    for shape in SHAPES:
        seeds = toy_seeds(shape, 120)
        for differentiable in (True, False):
            source = ToyOracle(3, shape=shape, differentiable=differentiable)
            made = craft_toys(ClassImpressions(budget=1500), source, seeds, n=20)
            wanted = mixed_targets(10, 5, _after_pick(seeds))
            logs = source.log_probabilities(made[::2])
            starts = source.log_probabilities(seeds)
            reached = np.einsum("nk,nk->n", wanted, logs).mean()
            begun = starts[nearest_starts(wanted, starts)]
            assert reached > np.einsum("nk,nk->n", wanted, begun).mean() + 0.1


def test_blends_lie_halfway_between_impressions() -> None:
    made = craft_toys(ClassImpressions(budget=600), ToyOracle(1), toy_seeds(SHAPES[0], 120), n=8)
    pure, blends = made[::2], made[1::2]
    halves = [(a + b) / 2 for place, a in enumerate(pure) for b in pure[:place]]
    for blend in blends:
        assert min(np.abs(blend - half).max() for half in halves) < 1e-5


def test_selection_takes_the_surest_and_the_least_sure() -> None:
    rng = np.random.default_rng(1)
    top = rng.permutation(np.linspace(0.5, 0.99, 50))
    places = np.arange(50) % 2
    shares = np.where(places[:, None] == np.arange(2), top[:, None], 1 - top[:, None])
    chosen = sure_and_unsure(np.log(shares), 10)
    order = np.argsort(top)
    assert set(chosen[::2]) == set(order[-5:])
    assert set(chosen[1::2]) == set(order[:5])


def test_selection_is_within_the_budget() -> None:
    source = ToyOracle(1, shape=SHAPES[1])
    crafter = ClassImpressions(budget=400, selects=True)
    made = craft_toys(crafter, source, toy_seeds(SHAPES[1], 120), n=24)
    assert source.asked == 400
    gaps = np.diff(np.sort(source.log_probabilities(made), axis=1)[:, -2:])[:, 0]
    assert gaps[::2].min() > gaps[1::2].max()


def test_too_small_a_budget_is_refused_before_the_source_is_asked() -> None:
    source = ToyOracle(1)
    with pytest.raises(BudgetError, match="120 at least"):
        craft_toys(ClassImpressions(budget=100), source, toy_seeds(SHAPES[0], 120), n=24)
    assert source.asked == 0


def test_embeddings_are_refused() -> None:
    with pytest.raises(IncompatibleError, match="probabilities of classes"):
        ClassImpressions().craft(
            toy_seeds(_SIDES, 20), Vectors(differentiable=True), n=4, rng=keyed("vectors")
        )


def test_targets_are_distributions_led_by_every_class_alike() -> None:
    targets = mixed_targets(23, 5, keyed("targets"))
    assert targets.sum(axis=1) == pytest.approx(1)
    assert (targets[::2].max(axis=1) == 1).all()
    assert (np.count_nonzero(targets[1::2], axis=1) == 2).all()
    assert set(np.bincount(targets.argmax(axis=1), minlength=5)) <= {4, 5}


def test_no_start_is_taken_twice() -> None:
    found = nearest_starts(np.tile([1.0, 0.0], (6, 1)), np.log([[0.9, 0.1]] * 6))
    assert sorted(found) == list(range(6))


def test_roughness_by_hand_and_its_slope() -> None:
    flat = np.zeros((1, 2, 2, 3))
    assert roughness(flat)[0] == 0
    flat[0, 0, 0, 0] = 0.5
    assert roughness(flat)[0] == pytest.approx(2 * 0.25)
    reals = np.random.default_rng(1).uniform(size=(1, 4, 5, 3))
    step = np.zeros_like(reals)
    step[0, 2, 3, 1] = 1e-5
    wanted = (roughness(reals + step) - roughness(reals - step))[0] / 2e-5
    assert roughness_slope(reals)[0, 2, 3, 1] == pytest.approx(wanted, abs=1e-6)
    assert not roughness_slope(np.ones((2, 5))).any()


def test_bumps_are_hills_of_the_wanted_width() -> None:
    hills = bumps((40, 16, 16, 3), 0.5, keyed("hills"))
    wide = (hills != 0).any(axis=(2, 3)).sum(axis=1)
    assert wide.max() <= 9
    assert ((bumps((9, 20), 0.25, keyed("rows")) != 0).sum(axis=1) <= 5).all()


def _after_pick(seeds: AnyArray) -> np.random.Generator:
    """The crafter's generator after it has drawn the seeds."""
    rng = keyed("crafter contract 0")
    rng.bit_generator.random_raw(len(seeds))
    return rng

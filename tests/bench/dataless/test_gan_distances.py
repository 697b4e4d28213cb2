"""Distances of generators and critics, on functions whose distance is known."""

import numpy as np
import pytest

from modelkin.bench.dataless.energy import energy_distances
from modelkin.bench.dataless.gan_distances import (
    grey_spread,
    mean_pictures,
    pointwise,
    standardised,
)
from modelkin.records import FloatArray


def _grey(rng: np.random.Generator, mean: float, n: int = 200) -> FloatArray:
    return np.clip(rng.normal(mean, 20, (n, 36)), 0, 255).round()


def test_energy_distance_is_that_of_the_definition() -> None:
    rng = np.random.default_rng(0)
    samples = [_grey(rng, mean, 30) for mean in (80, 100, 160)]
    found = energy_distances(samples)

    def apart(x: FloatArray, y: FloatArray) -> float:
        lengths = np.linalg.norm(x[:, None] - y, axis=2) / 255 / 6
        return float(lengths[~np.eye(len(x), dtype=bool)].mean())

    for row, x in enumerate(samples):
        for column, y in enumerate(samples):
            square = 2 * apart(x, y) - apart(x, x) - apart(y, y)
            wanted = 0.0 if row == column else max(square, 0) ** 0.5
            assert found[row, column] == pytest.approx(wanted, abs=1e-4)


def test_energy_distance_sees_the_law_and_not_the_order() -> None:
    rng = np.random.default_rng(1)
    first = _grey(rng, 100)
    shuffled = rng.permutation(first)
    other = _grey(rng, 130)
    found = energy_distances([first, shuffled, other])
    assert found[0, 1] < 0.05 * found[0, 2]
    alike = pointwise([first, shuffled, other], p=1)
    # the paper's reading: the same pictures for other latents are as far as other pictures
    assert alike[0, 1] > 0.5 * alike[0, 2]


@pytest.mark.parametrize("p", [1, 2])
def test_pointwise_distance_is_that_of_the_definition(p: int) -> None:
    rng = np.random.default_rng(2)
    pictures = [_grey(rng, 100, 10) for _ in range(3)]
    found = pointwise(pictures, p=p)
    wanted = (np.abs(pictures[0] - pictures[2]) ** p).mean() ** (1 / p) / 255
    assert found[0, 2] == pytest.approx(wanted)
    assert found[0, 0] == pytest.approx(0)


def test_mean_pictures() -> None:
    dark, bright = np.zeros((4, 9)), np.full((4, 9), 255.0)
    assert mean_pictures([dark, bright])[0, 1] == pytest.approx(1)


@pytest.mark.parametrize("ranks", [False, True])
def test_a_critics_unit_and_zero_do_not_matter_but_its_direction_does(*, ranks: bool) -> None:
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(50, 1))
    found = standardised([scores, 7 * scores - 3, -scores], p=2, ranks=ranks)
    assert found[0, 1] == pytest.approx(0, abs=1e-6)
    assert found[0, 2] == pytest.approx(2)


def test_a_constant_critic_has_a_distance() -> None:
    scores = np.random.default_rng(4).normal(size=(50, 1))
    found = standardised([scores, np.ones((50, 1))], p=2)
    assert found[0, 1] == pytest.approx(1)
    assert found[1, 1] == 0


def test_grey_spread_of_one_picture_is_none() -> None:
    assert grey_spread(np.full((5, 9), 200, np.uint8)) == 0
    half = np.repeat(np.array([[0], [255]], np.uint8), 9, axis=1)
    assert grey_spread(half) == pytest.approx(0.5)

"""Exact random numbers: known values, and none of NumPy's global state."""

import numpy as np
import pytest

from modelkin.queries.randomness import (
    below,
    direction,
    keyed,
    normal_quantiles,
    normals,
    sample,
    signs,
    sine,
    uniforms,
    words16,
)

WORDS = [45749, 43055, 52873, 10774, 1895]
UNIFORMS = [0.16441050396696144, 0.2895200100429314]
NORMALS = [0.5188922882080078, 0.4042205810546875, 0.8661117553710938]


def test_known_values_of_a_key() -> None:
    assert words16(keyed("a"), (5,)).tolist() == WORDS
    assert uniforms(keyed("a"), (2,)).tolist() == UNIFORMS
    assert normals(keyed("a"), (3,)).tolist() == NORMALS


def test_keys_are_independent() -> None:
    assert uniforms(keyed("a"), (4,)).tolist() != uniforms(keyed("b"), (4,)).tolist()


def test_normals_have_the_moments_of_a_normal() -> None:
    values = normals(keyed("moments"), (200_000,))
    assert abs(values.mean()) < 0.01
    assert values.std() == pytest.approx(1, abs=0.01)
    assert (values**4).mean() == pytest.approx(3, abs=0.1)


def test_normal_quantiles_are_symmetric_and_exact_in_float32() -> None:
    table = normal_quantiles()
    assert np.array_equal(table, -table[::-1])
    assert np.array_equal(table.astype(np.float32).astype(np.float64), table)
    assert not table.flags.writeable


def test_uniforms_fill_the_interval() -> None:
    values = uniforms(keyed("u"), (50_000,))
    assert 0 <= values.min() < 0.001
    assert 0.999 < values.max() < 1


def test_signs_are_fair() -> None:
    values = signs(keyed("s"), (100, 100))
    assert set(np.unique(values).tolist()) == {-1, 1}
    assert abs(values.mean()) < 0.05


def test_sine_and_direction_agree_with_the_functions() -> None:
    turns = np.array([0.0, 0.25, 0.5, 0.75, -0.25, 3.125])
    assert sine(turns) == pytest.approx(np.sin(2 * np.pi * turns), abs=2e-3)
    cosine, rising = direction(0.125)
    assert (cosine, rising) == pytest.approx((0.5**0.5, 0.5**0.5), abs=1e-6)


def test_sample_has_no_repeats_and_ascends() -> None:
    picked = sample(keyed("x"), 100, 30)
    assert len(set(picked.tolist())) == 30
    assert np.array_equal(picked, np.sort(picked))


def test_below_reaches_every_value() -> None:
    rng = keyed("b")
    assert {below(rng, 3) for _ in range(60)} == {0, 1, 2}

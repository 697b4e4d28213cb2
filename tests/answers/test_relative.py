"""Relative similarity."""

import numpy as np
import pytest

from modelkin.answers.relative import relative_similarity, relative_to_first
from modelkin.errors import IncompatibleError
from modelkin.records import FloatArray


def test_hand_calculation() -> None:
    found = relative_similarity(
        np.array([[0.3]]), np.array([[0.3, -0.4]]), np.array([[0.06, 0.08]])
    )
    # root mean squares: sqrt(.125), sqrt(.005)
    assert found.item() == pytest.approx(0.3 / np.sqrt(np.sqrt(0.125) * np.sqrt(0.005)))


def test_noise_in_a_models_answers_cancels() -> None:
    rng = np.random.default_rng(0)
    pair, rows, columns = (rng.uniform(0.01, 0.5, size) for size in ((2, 3), (2, 6), (3, 6)))
    fainter = np.array([1.0, 0.4, 0.1])
    found = relative_similarity(pair * fainter, rows, columns * fainter[:, None])
    plain = relative_similarity(pair, rows, columns)
    assert np.allclose(found, plain * np.sqrt(fainter))
    # the same faintness on both sides of a ratio of two suspects: their order is that of the kin
    assert np.allclose(found / np.sqrt(fainter), plain)


def test_a_coarse_kin_outranks_a_fine_sibling() -> None:
    # source, coarse kin, fine sibling, three strangers: the kin's answers lost all but a tenth
    square = np.array(
        [
            [1.00, 0.10, 0.12, 0.10, 0.10, 0.10],
            [0.10, 1.00, 0.02, 0.01, 0.01, 0.01],
            [0.12, 0.02, 1.00, 0.10, 0.10, 0.10],
            [0.10, 0.01, 0.10, 1.00, 0.10, 0.10],
            [0.10, 0.01, 0.10, 0.10, 1.00, 0.10],
            [0.10, 0.01, 0.10, 0.10, 0.10, 1.00],
        ]
    )
    assert square[0, 1] < square[0, 2]
    found = relative_to_first(square, ["kin", "sibling", "a", "b", "c"])
    assert found[0] > 2 * found[1]
    assert found[1] > found[2:].max()


def test_the_cohort_is_one_model_of_every_other_family() -> None:
    rng = np.random.default_rng(1)
    square = rng.uniform(0.05, 0.5, (5, 5))
    square = (square + square.T) / 2
    families = ["a", "b", "b", "c"]
    found = relative_to_first(square, families)
    cohorts: list[list[int]] = [[2, 4], [1, 4], [1, 4], [1, 2]]
    for place, cohort in enumerate(cohorts, start=1):

        def unit(row: int, cohort: list[int] = cohort) -> float:
            return float(np.sqrt(np.mean([square[row, one] ** 2 for one in cohort])))

        expected = square[0, place] / np.sqrt(unit(0) * unit(place))
        assert found[place - 1] == pytest.approx(expected)


def test_models_that_are_exchangeable_stay_so() -> None:
    rng = np.random.default_rng(2)
    square = rng.uniform(0.05, 0.5, (6, 6))
    square = (square + square.T) / 2
    names = ["a", "b", "c", "d", "e"]
    order = rng.permutation(5)
    rows = np.r_[0, order + 1]
    shuffled = relative_to_first(square[np.ix_(rows, rows)], [names[at] for at in order])
    assert np.allclose(shuffled, relative_to_first(square, names)[order])


def test_a_model_that_shares_nothing_gives_numbers() -> None:
    found = relative_similarity(np.zeros((1, 1)), np.zeros((1, 2)), np.zeros((1, 2)))
    assert found.item() == 0.0


@pytest.mark.parametrize(
    ("pair", "rows", "columns", "text"),
    [
        (np.ones((1, 1)), np.ones((2, 3)), np.ones((1, 3)), "do not fit"),
        (np.ones((1, 1)), np.ones((1, 0)), np.ones((1, 0)), "do not fit"),
        (np.full((1, 1), np.nan), np.ones((1, 3)), np.ones((1, 3)), "not a finite number"),
    ],
)
def test_bad_input_is_refused(
    pair: FloatArray, rows: FloatArray, columns: FloatArray, text: str
) -> None:
    with pytest.raises(IncompatibleError, match=text):
        relative_similarity(pair, rows, columns)


def test_one_family_has_no_cohort() -> None:
    with pytest.raises(IncompatibleError, match="do not fit"):
        relative_to_first(np.ones((3, 3)), ["a", "a"])
    with pytest.raises(IncompatibleError, match="do not fit 1 families"):
        relative_to_first(np.ones((3, 3)), ["a"])

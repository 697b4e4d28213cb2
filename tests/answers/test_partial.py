"""Partial similarity."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkin.answers.partial import (
    partial_similarity,
    partial_to_first,
)
from modelkin.errors import IncompatibleError
from modelkin.records import FloatArray


def correlate(*models: FloatArray) -> FloatArray:
    return np.corrcoef(np.stack([model.ravel() for model in models]))


def whole(matrix: FloatArray, size: int, *, ridge: float = 0.05) -> FloatArray:
    """All models against all; the last ``size`` of the matrix are the cohort."""
    cut = len(matrix) - size
    pair, loads, cohort = matrix[:cut, :cut], matrix[:cut, cut:], matrix[cut:, cut:]
    own = np.diag(pair).copy()
    return partial_similarity(
        pair, loads, loads, cohort, ridge=ridge, self_rows=own, self_columns=own
    )


def test_hand_calculation() -> None:
    found = partial_similarity(
        np.array([[0.8]]), np.array([[0.6]]), np.array([[0.5]]), np.array([[1.0]]), ridge=0.25
    )
    # 0.8 - 0.6 * 0.5 / 1.25, over the roots of 1 - 0.36 / 1.25 and 1 - 0.25 / 1.25
    assert found.item() == pytest.approx(0.56 / np.sqrt(0.712 * 0.8))


def test_it_is_the_partial_correlation_when_the_ridge_vanishes() -> None:
    rng = np.random.default_rng(0)
    cohort = rng.normal(size=(3, 500))
    f, g = (rng.normal(size=500) + cohort.sum(axis=0) for _ in range(2))
    found = whole(correlate(f, g, *cohort), 3, ridge=1e-10)
    design = np.vstack([np.ones(500), cohort]).T
    rests = [y - design @ np.linalg.lstsq(design, y, rcond=None)[0] for y in (f, g)]
    assert found[0, 1] == pytest.approx(np.corrcoef(rests)[0, 1], abs=1e-6)


def test_no_cohort_changes_nothing() -> None:
    pair = np.array([[0.3, -0.4], [0.9, 0.0]])
    empty = np.empty((2, 0))
    assert np.allclose(partial_similarity(pair, empty, empty, np.empty((0, 0))), pair)


def test_what_a_cohort_explains_is_no_kinship_and_a_copy_is() -> None:
    rng = np.random.default_rng(1)
    task = rng.normal(size=4000)
    cohort = [task + 0.5 * rng.normal(size=4000) for _ in range(6)]
    source, honest = (task + 0.5 * rng.normal(size=4000) for _ in range(2))
    thief = source + 0.3 * rng.normal(size=4000)
    matrix = correlate(source, thief, honest, *cohort)
    found = whole(matrix, 6)
    assert matrix[0, 2] > 0.75
    assert found[0, 2] < 0.35
    assert found[0, 1] > 0.75
    # a larger cohort knows the task better
    more = [task + 0.5 * rng.normal(size=4000) for _ in range(30)]
    assert abs(whole(correlate(source, honest, *more), 30)[0, 1]) < 0.1


def test_mixes_of_the_cohort_share_nothing_of_their_own() -> None:
    rng = np.random.default_rng(2)
    cohort = rng.normal(size=(4, 5000))
    weights = np.array([0.7, 0.5, 0.4, 0.3])
    f, g = (weights @ cohort + 0.5 * rng.normal(size=5000) for _ in range(2))
    matrix = correlate(f, g, *cohort)
    assert matrix[0, 1] > 0.7
    assert whole(matrix, 4, ridge=1e-3)[0, 1] == pytest.approx(0, abs=0.05)
    assert whole(matrix, 4)[0, 1] < 0.2  # the default ridge leaves a little


def test_a_member_of_the_cohort_still_equals_its_copy_and_nothing_else() -> None:
    rng = np.random.default_rng(3)
    cohort = rng.normal(size=(3, 2000))
    other = rng.normal(size=2000)
    # the cohort holds the model three times over: nothing else is left
    found = whole(correlate(cohort[0], cohort[0], other, cohort[0], cohort[0], *cohort), 5)
    assert found[0, 1] == pytest.approx(1)
    assert abs(found[0, 2]) < 0.2


@st.composite
def similarities(draw: st.DrawFn) -> tuple[FloatArray, int, float]:
    """A symmetric matrix with ones on its diagonal: of any sort, not only inner products."""
    models, size = draw(st.integers(2, 6)), draw(st.integers(0, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    low = draw(st.sampled_from([-1.0, 0.0, 0.95, 0.999999]))
    values = rng.uniform(low, 1, size=(models + size, models + size))
    matrix = np.triu(values, 1)
    matrix = matrix + matrix.T + np.eye(len(matrix))
    if draw(st.booleans()):  # the second model is a copy of the first
        matrix[1], matrix[:, 1] = matrix[0], matrix[:, 0]
        matrix[0, 1] = matrix[1, 0] = matrix[1, 1] = 1.0
    return matrix, size, draw(st.sampled_from([1e-9, 0.05, 1.0]))


@settings(max_examples=300, deadline=None)
@given(similarities())
def test_finite_symmetric_and_one_for_a_copy(given_: tuple[FloatArray, int, float]) -> None:
    matrix, size, ridge = given_
    found = whole(matrix, size, ridge=ridge)
    assert np.isfinite(found).all()
    assert (np.abs(found) <= 1).all()
    np.testing.assert_allclose(found, found.T, atol=1e-6)
    np.testing.assert_allclose(np.diag(found), 1, atol=1e-6)
    if matrix[0, 1] == 1.0:
        assert found[0, 1] == pytest.approx(1, abs=1e-6)


def test_self_similarities_set_the_unit() -> None:
    rng = np.random.default_rng(4)
    vectors = rng.normal(size=(6, 50)) * np.array([1, 1, 1, 1, 3, 7])[:, None]
    kernel = vectors @ vectors.T
    cohort, rows, columns = kernel[:3, :3], kernel[3:5, :3], kernel[5:, :3]
    own = np.diag(kernel)
    found = partial_similarity(
        kernel[3:5, 5:], rows, columns, cohort, self_rows=own[3:5], self_columns=own[5:]
    )
    smaller = partial_similarity(
        kernel[3:5, 5:] / 2,
        rows / 2,
        columns,
        cohort,
        self_rows=own[3:5] / 4,
        self_columns=float(own[5]),
    )
    assert np.allclose(found, smaller)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"cohort": np.eye(3)}, "shapes"),
        ({"rows_cohort": np.zeros((3, 2))}, "shapes"),
        ({"pair": np.array([[np.nan]])}, "finite"),
        ({"ridge": 0.0}, "ridge of 0"),
        ({"self_rows": 0.0}, "self_rows"),
        ({"self_columns": np.ones(2)}, "self_columns"),
    ],
)
def test_bad_input_is_refused(change: dict[str, FloatArray], text: str) -> None:
    usual = {
        "pair": np.array([[0.5]]),
        "rows_cohort": np.zeros((1, 2)),
        "columns_cohort": np.zeros((1, 2)),
        "cohort": np.eye(2),
    }
    with pytest.raises(IncompatibleError, match=text) as caught:
        partial_similarity(**{**usual, **change})  # type: ignore[arg-type]
    assert caught.value.hint


def crowd(rng: np.random.Generator, n: int, *, kin: float = 0.0) -> FloatArray:
    """Similarities of a source, a suspect that shares ``kin`` with it, and n honest models."""
    task, source = rng.normal(size=300), rng.normal(size=300)
    others = [task + rng.normal(size=300) for _ in range(n)]
    suspect = task + kin * source + np.sqrt(1 - kin**2) * rng.normal(size=300)
    return np.asarray(np.corrcoef(np.stack([task + source, suspect, *others])))


def test_each_against_all_others_by_hand() -> None:
    similarity = crowd(np.random.default_rng(3), 3)
    found = partial_to_first(similarity, ["a", "b", "c", "d"])
    for place in range(4):
        rest = [other for other in range(1, 5) if other != place + 1]
        expected = partial_similarity(
            similarity[:1, [place + 1]],
            similarity[np.ix_([0], rest)],
            similarity[np.ix_([place + 1], rest)],
            similarity[np.ix_(rest, rest)],
        )
        assert found[place] == pytest.approx(expected[0, 0])


def test_renaming_the_models_renames_the_numbers() -> None:
    """What makes the p-value valid: nobody's number hangs on being called the suspect."""
    rng = np.random.default_rng(4)
    similarity, families = crowd(rng, 6), [*"abcdefg"]
    found = partial_to_first(similarity, families)
    for _ in range(5):
        order = rng.permutation(7)
        rows = np.array([0, *(order + 1)])
        again = partial_to_first(similarity[np.ix_(rows, rows)], [families[i] for i in order])
        assert np.allclose(again, found[order])


def test_a_family_speaks_once_and_never_about_itself() -> None:
    similarity = crowd(np.random.default_rng(5), 4)
    families = ["s", "a", "a", "b", "b"]
    found = partial_to_first(similarity, families)
    speakers = similarity[np.ix_([0, 1, 2, 4], [0, 1, 2, 4])]
    assert np.allclose(found[[0, 1, 3]], partial_to_first(speakers, ["s", "a", "b"]))
    without_a = similarity[np.ix_([0, 3, 1, 4], [0, 3, 1, 4])]
    assert found[2] == pytest.approx(partial_to_first(without_a, ["a", "s", "b"])[0])


def test_honest_suspects_are_accused_as_often_as_said_and_kin_nearly_always() -> None:
    rng = np.random.default_rng(6)
    families = [str(n) for n in range(20)]
    honest, kin = (
        [partial_to_first(crowd(rng, 19, kin=share), families) for _ in range(400)]
        for share in (0.0, 0.4)
    )
    accused = np.mean([found[0] >= found[1:].max() for found in honest])
    assert accused == pytest.approx(0.05, abs=0.033)  # exact: 1 of 20; 3 standard errors
    assert np.mean([found[0] >= found[1:].max() for found in kin]) > 0.95


def test_without_others_the_similarity_stays() -> None:
    similarity = np.array([[1.0, 0.3], [0.3, 1.0]])
    assert partial_to_first(similarity, ["s"]) == pytest.approx([0.3])
    with pytest.raises(IncompatibleError, match="2 families"):
        partial_to_first(similarity, ["s", "a"])

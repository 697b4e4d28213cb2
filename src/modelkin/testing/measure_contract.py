"""What every similarity measure keeps to."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np
import pytest

from modelkin.protocols import Component, SimilarityMeasure
from modelkin.records import FloatArray
from modelkin.testing.component_contract import ComponentContract

Draw = Callable[[np.random.Generator], FloatArray]

_ROUNDING = 1e-9
_LADDER = (0.0, 0.1, 0.25, 0.5, 0.8)
_REPEATS = 8


def draw_probabilities(rng: np.random.Generator) -> FloatArray:
    """(n, k) class probabilities of no model in particular."""
    return rng.dirichlet(np.ones(5), size=120)


class MeasureContract(ComponentContract):
    """A number for a pair: larger is more alike, identical is 1."""

    base: ClassVar[type[Component]] = SimilarityMeasure

    @pytest.fixture
    def part(self) -> type[SimilarityMeasure]:
        """The measure under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    @pytest.fixture
    def draws(self) -> Sequence[Draw]:
        """Makers of random inputs, one for each sort of array that the measure is made for."""
        return (draw_probabilities,)

    def test_copy_scores_one(self, part: type[SimilarityMeasure], draws: Sequence[Draw]) -> None:
        """An equal array of its own memory is rated 1 and lies at distance 0."""
        for values in _drawn(draws, 5):
            assert part().pair(values, values.copy()) == pytest.approx(1, abs=_ROUNDING)
            assert (part().distance(values, values.copy()) or 0.0) <= _ROUNDING

    def test_nothing_scores_above_one(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Not even nearly equal, scaled or shifted arrays."""
        for values in _drawn(draws, 5):
            rng = np.random.default_rng(1)
            for other in (*_drawn(draws, 2), values * 2, values + 1, -values, _replaced(values)):
                if other.shape == values.shape:
                    assert part().pair(values, other) <= 1 + _ROUNDING
            near = values + 1e-9 * rng.normal(size=values.shape)
            assert part().pair(values, near) <= 1 + _ROUNDING

    def test_is_symmetric_if_it_says_so(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Swapping source and suspect changes nothing."""
        for draw in draws:
            a, b = _drawn([draw], 2)
            if part.symmetric:
                assert part().pair(a, b) == pytest.approx(part().pair(b, a), abs=_ROUNDING)

    def test_matrix_equals_the_loop_over_pairs(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """A faster matrix may not differ, copies and constant arrays included."""
        for draw in draws:
            prints = _drawn([draw], 4)
            prints += [prints[1].copy(), np.ones_like(prints[0]), _replaced(prints[2])]
            looped = [[part().pair(a, b) for b in prints] for a in prints]
            np.testing.assert_allclose(part().matrix(prints), looped, rtol=0, atol=_ROUNDING)

    def test_degenerate_arrays_give_finite_numbers(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Constant, zero, tiny and huge arrays, single rows, and rows that are all alike."""
        for values in _drawn(draws, 1):
            cases = {
                "zero": np.zeros_like(values),
                "constant": np.full_like(values, 0.2),
                "another constant": np.full_like(values, 3.0),
                "rows all alike": np.broadcast_to(values[:1], values.shape).copy(),
                "all but one entry zero": _single_entry(values),
                "tiny": values * 1e-30,
                "huge": values * 1e30,
                "ordinary": values,
            }
            for first, a in cases.items():
                for second, b in cases.items():
                    _require_finite(part(), a, b, f"{first} / {second}")
            for rows in (1, 2, 3, 4):
                _require_finite(part(), values[:rows], _replaced(values)[:rows], f"{rows} rows")

    def test_one_odd_row_is_not_taken_for_kinship(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Models that answer all queries but one alike: rounding must not decide."""
        for draw in draws:
            flat = [_all_alike_but(values, row) for row, values in enumerate(_drawn([draw], 9))]
            for a in flat:
                for b in flat:
                    _require_finite(part(), a, b, "all rows alike but one")
                    if part.symmetric:
                        swapped = part().pair(b, a)
                        assert part().pair(a, b) == pytest.approx(swapped, abs=_ROUNDING)

    def test_more_noise_is_never_more_alike(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Replacing a growing share of the rows lowers the similarity, on average."""
        for draw in draws:
            rated = [
                [part().pair(a, b) for b in _ladder(a, draw)] for a in _drawn([draw], _REPEATS)
            ]
            falling = np.mean(rated, axis=0)
            assert (np.diff(falling) <= _ROUNDING).all(), falling
            assert falling[0] > falling[-1], falling

    def test_distance_grows_as_similarity_falls(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Where a measure has a distance, both order all pairs alike."""
        for draw in draws:
            values = draw(np.random.default_rng(0))
            ladder = _ladder(values, draw)
            found = [part().distance(values, other) for other in ladder]
            distances = [distance for distance in found if distance is not None]
            assert len(distances) in {0, len(found)}, "a distance always, or never"
            rated = [part().pair(values, other) for other in ladder[: len(distances)]]
            assert np.argsort(distances).tolist() == np.argsort(np.negative(rated)).tolist()

    def test_losses_add_up_to_the_distance(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """Terms within their bound, whose mean gives the distance and nothing else."""
        for draw in draws:
            a, b = _drawn([draw], 2)
            losses = part().losses(a, b)
            if losses is not None:
                assert losses.terms.min() >= 0
                assert losses.terms.max() <= losses.bound
                assert losses.distance == pytest.approx(part().distance(a, b), abs=_ROUNDING)

    def test_arrays_stay_unchanged(
        self, part: type[SimilarityMeasure], draws: Sequence[Draw]
    ) -> None:
        """A fingerprint is rated against many others."""
        for draw in draws:
            a, b = _drawn([draw], 2)
            before = a.tobytes(), b.tobytes()
            part().pair(a, b)
            part().matrix([a, b])
            part().distance(a, b)
            assert (a.tobytes(), b.tobytes()) == before


def _drawn(draws: Sequence[Draw], count: int) -> list[FloatArray]:
    return [draw(np.random.default_rng(seed)) for draw in draws for seed in range(count)]


def _replaced(values: FloatArray) -> FloatArray:
    """The same rows with a third of them in other places."""
    order = np.arange(len(values))
    order[::3] = np.roll(order[::3], 1)
    return values[order]


def _single_entry(values: FloatArray) -> FloatArray:
    found = np.zeros_like(values)
    found.flat[0] = 1.0
    return found


def _all_alike_but(values: FloatArray, row: int) -> FloatArray:
    found = np.broadcast_to(values[-1:], values.shape).copy()
    place = row % len(values)  # some fingerprints are one number
    found[place] = values[place]
    return found


def _ladder(values: FloatArray, draw: Draw) -> list[FloatArray]:
    """Copies with more and more rows replaced by independent ones."""
    rng = np.random.default_rng(99)
    other, turn = draw(rng), rng.permutation(len(values))
    found = []
    for share in _LADDER:
        copy = values.copy()
        taken = turn[: round(share * len(values))]
        copy[taken] = other[taken]
        found.append(copy)
    return found


def _require_finite(measure: SimilarityMeasure, a: FloatArray, b: FloatArray, what: str) -> None:
    value, distance = measure.pair(a, b), measure.distance(a, b)
    assert np.isfinite(value), f"{what}: {value}"
    assert value <= 1 + _ROUNDING, f"{what}: {value}"
    assert distance is None or np.isfinite(distance), f"{what}: distance {distance}"

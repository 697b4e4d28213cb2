"""The figures of the dataless benchmark, on distances and partitions with known answers."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pytest

from modelkin.bench.dataless.distances import ESTIMATORS, distances
from modelkin.bench.dataless.functions import MAIN, labels_varied
from modelkin.bench.dataless.grammar import Grammar
from modelkin.bench.dataless.headline import degenerate, headline
from modelkin.bench.dataless.member import Kind, Member
from modelkin.bench.dataless.nearest import NEIGHBOURS, nearest_share
from modelkin.bench.dataless.pairs import Question
from modelkin.bench.dataless.rand_index import adjusted_rand_index
from modelkin.bench.dataless.scores import Case, Scores
from modelkin.bench.dataless.scoring import judge
from modelkin.bench.dataless.separating import area
from modelkin.bench.figures import Figure
from modelkin.records import FloatArray
from modelkin.testing.extras import needs_extra


def _functions(rng: np.random.Generator, count: int = 5, n: int = 40) -> list[FloatArray]:
    return [rng.dirichlet(np.full(10, 0.4), n) for _ in range(count)]


def _slow(estimator: str, a: FloatArray, b: FloatArray) -> float:
    if estimator == "labels":
        return float((a.argmax(1) != b.argmax(1)).mean())
    if estimator == "l2":
        return float(np.sqrt(((a - b) ** 2).sum(1).mean()))
    if estimator == "js":
        middle = (a + b) / 2
        sides = [(p * np.log2(np.maximum(p, 1e-300) / middle)).sum(1).mean() for p in (a, b)]
        return float(np.sqrt(sum(sides) / 2))
    return float(np.abs(a - b).sum(1).mean()) / (2 if estimator == "tv" else 1)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_distances_are_those_of_the_definition(estimator: str) -> None:
    answers = _functions(np.random.default_rng(0))
    found = distances(estimator, answers)
    for row, column in combinations(range(len(answers)), 2):
        wanted = _slow(estimator, answers[row], answers[column])
        assert found[row, column] == pytest.approx(wanted, abs=1e-9)
        assert found[column, row] == found[row, column]
    assert not np.diag(found).any()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_distances_hold_the_triangle_inequality(estimator: str) -> None:
    found = distances(estimator, _functions(np.random.default_rng(1), count=8, n=15))
    through = found[:, :, None] + found[None, :, :]
    assert (found[:, None, :] <= through + 1e-12).all()


def _pairs(*pairs: tuple[int, int]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def test_area_counts_ties_as_half() -> None:
    table = np.array([[0.0, 1.0, 2.0, 1.0], [1.0, 0, 0, 0], [2.0, 0, 0, 0], [1.0, 0, 0, 0]])
    asked = Question(close=_pairs((1, 0)), far=_pairs((2, 0), (3, 0)))
    figure = area(table, asked, ["a"] * 4, seed=0, resamples=50)
    assert figure is not None
    assert figure.value == 0.75
    assert figure.n == 3


def test_area_agrees_with_all_comparisons_and_its_interval_holds_it() -> None:
    rng = np.random.default_rng(2)
    table = rng.random((12, 12))
    table += table.T
    groups = [place // 4 for place in range(12)]
    close = [(a, b) for a, b in product(range(12), repeat=2) if a > b and groups[a] == groups[b]]
    far = [(a, b) for a, b in product(range(12), repeat=2) if a > b and groups[a] != groups[b]]
    figure = area(
        table, Question(close=_pairs(*close), far=_pairs(*far)), groups, seed=3, resamples=400
    )
    wins = [table[one] < table[other] for one in close for other in far]
    assert figure is not None
    assert figure.value == pytest.approx(np.mean(wins))
    assert figure.low < figure.value < figure.high


def test_area_without_pairs_is_none() -> None:
    asked = Question(close=_pairs(), far=_pairs((1, 0)))
    assert area(np.zeros((2, 2)), asked, ["a", "a"], seed=0) is None


def test_area_is_the_same_for_the_same_seed() -> None:
    table = np.random.default_rng(4).random((6, 6))
    asked = Question(close=_pairs((1, 0), (4, 3)), far=_pairs((3, 0), (5, 1)))
    groups = [0, 0, 0, 1, 1, 1]
    assert area(table, asked, groups, seed=1) == area(table, asked, groups, seed=1)


def test_rand_index_of_equal_random_and_opposed_partitions() -> None:
    assert adjusted_rand_index([0, 0, 1, 1], ["b", "b", "a", "a"]) == 1.0
    assert adjusted_rand_index([0, 0, 1, 1], [0, 1, 0, 1]) == -0.5
    rng = np.random.default_rng(5)
    truth = [place % 5 for place in range(60)]
    found = [adjusted_rand_index(truth, rng.permutation(truth).tolist()) for _ in range(200)]
    assert abs(float(np.mean(found))) < 0.01


def test_rand_index_agrees_with_pair_counting() -> None:
    rng = np.random.default_rng(6)
    one, other = rng.integers(4, size=30).tolist(), rng.integers(3, size=30).tolist()
    both = [(one[a] == one[b], other[a] == other[b]) for a, b in combinations(range(30), 2)]
    n = len(both)
    together = sum(a and b for a, b in both)
    first, second = sum(a for a, _ in both), sum(b for _, b in both)
    expected = first * second / n
    wanted = (together - expected) / ((first + second) / 2 - expected)
    assert adjusted_rand_index(one, other) == pytest.approx(wanted)


def test_rand_index_needs_the_same_items() -> None:
    with pytest.raises(ValueError, match="2 and of 1 items"):
        adjusted_rand_index("ab", "a")


def _planted(members: tuple[Member, ...], rng: np.random.Generator) -> FloatArray:
    """Points in space: far apart by set, nearer by kind, close by half."""
    where: dict[object, FloatArray] = {}

    def at(key: object, spread: float) -> FloatArray:
        return where.setdefault(key, rng.normal(0, spread, 20))

    points = np.stack(
        [
            at(one.data, 5.0)
            + at((one.data, one.kind), 1.0)
            + at((one.data, one.kind, one.half), 0.3)
            + rng.normal(0, 0.02, 20)
            for one in members
        ]
    )
    return np.asarray(np.linalg.norm(points[:, None] - points[None], axis=2))


def _judged(found: FloatArray, members: tuple[Member, ...]) -> Iterator[tuple[str, str, Figure]]:
    return judge(found, members, seed=0)


@needs_extra("scipy", "bench")
def test_planted_structure_is_found_and_its_absence_is_not() -> None:
    members = Grammar(copies=3, kinds=(Kind.CNN, Kind.SVM)).members()
    found = _planted(members, np.random.default_rng(7))
    figures = {(asking, kinds): one for asking, kinds, one in _judged(found, members)}
    for key in (("sets", "cnn"), ("sets", "svm"), ("kinds", "cnn+svm"), ("ari", "cnn")):
        assert figures[key].value == 1.0
    assert figures["ari", "cnn+svm"].value == 1.0
    assert figures["halves", "svm"].value == 1.0
    assert ("halves", "cnn+svm") not in figures
    noise = np.random.default_rng(8).random(found.shape)
    noise += noise.T
    np.fill_diagonal(noise, 0.0)
    figures = {(asking, kinds): one for asking, kinds, one in _judged(noise, members)}
    assert abs(figures["sets", "cnn"].value - 0.5) < 0.2
    assert figures["ari", "cnn"].value < 0.3
    assert figures["kinds", "cnn+svm"].low < 0.5 < figures["kinds", "cnn+svm"].high


def _figure(value: float) -> Figure:
    return Figure(value=value, low=value, high=value, n=9)


def _scores(variety: float) -> Scores:
    values = {"uniform": 0.6, "gaussian": 0.95, "image-mix-v1": 1.0, "test-images": 0.3}
    return Scores(
        figures={
            Case(question="sets", kinds="cnn", measure=measure, estimator=MAIN["cnn"]): _figure(
                value
            )
            for measure, value in values.items()
        },
        variety={("cnn", measure): 0.5 for measure in values} | {("cnn", "uniform"): variety},
    )


def test_headline_takes_the_worst_measure_that_needs_no_data() -> None:
    figures, missing = headline(_scores(0.5))
    assert figures["same_vs_different_auc"].value == 0.6
    assert figures["same_vs_different_auc"].target
    assert figures["cnn_auc_test_images"].value == 0.3
    assert missing["ari"]


def test_headline_leaves_out_degenerate_measures() -> None:
    figures, _ = headline(_scores(0.0))
    assert figures["same_vs_different_auc"].value == 0.95
    assert figures["cnn_auc_uniform"].value == 0.6


def test_a_measure_on_which_all_is_one_label_is_degenerate() -> None:
    assert degenerate(_scores(0.5)) == []
    assert degenerate(_scores(0.005)) == [("cnn", "uniform")]
    constant = np.tile(np.eye(10)[3], (200, 1))
    assert labels_varied(constant) == 0
    assert labels_varied(np.eye(10)) == pytest.approx(0.9)


def test_gans_are_judged_by_the_worse_half() -> None:
    cases = {
        ("generator", "latents"): 0.99,
        ("critic", "uniform"): 0.8,
        ("critic", "test-images"): 0.2,
    }
    scores = Scores(
        figures={
            Case(question="sets", kinds=part, measure=measure, estimator=MAIN[part]): _figure(value)
            for (part, measure), value in cases.items()
        },
        variety=dict.fromkeys(cases, 0.5),
    )
    figures, _ = headline(scores)
    assert figures["gan_auc"].value == 0.8
    assert figures["generator_auc"].value == 0.99


@needs_extra("scipy", "bench")
def test_the_two_halves_of_a_gan_are_named_apart() -> None:
    members = tuple(one for one in Grammar().members() if one.kind is Kind.GAN)
    found = _planted(members, np.random.default_rng(9))
    named = {kinds for _, kinds, _ in judge(found, members, seed=0, part="critic")}
    assert named == {"critic"}


def test_kinds_are_written_in_names() -> None:
    assert {kind.suffix for kind in Kind} == {".onnx", ".skops"}


def test_the_nearest_neighbour_is_looked_for_among_the_right_models() -> None:
    members = Grammar(copies=4, kinds=(Kind.CNN, Kind.SVM)).members()
    found = _planted(members, np.random.default_rng(10))
    for asking in NEIGHBOURS:
        figure = nearest_share(found, members, asking, seed=0)
        assert figure is not None
        assert figure.value == figure.low == 1.0
        assert figure.n == len(members)
    # twins in architecture and recipe answer alike whatever they saw, and hide the data
    recipes = [(one.kind, one.arch, one.recipe) for one in members]
    twins = np.array([[a == b for b in recipes] for a in recipes])
    hidden = np.where(twins, 0.1, 1.0) * np.random.default_rng(11).random(found.shape)
    hidden = np.where(twins, hidden + hidden.T, found + 1)
    first = nearest_share(hidden, members, "nearest", seed=0)
    second = nearest_share(hidden, members, "nearest-other-recipe", seed=0)
    assert first is not None
    assert second is not None
    assert first.value < 0.5
    assert first.low < first.value < first.high
    assert second.value == 1.0


def test_nobody_to_look_among_is_none() -> None:
    members = Grammar(copies=1, kinds=(Kind.CNN,), sets=("mnist_28",)).members()[:1]
    assert nearest_share(np.zeros((1, 1)), members, "nearest", seed=0) is None

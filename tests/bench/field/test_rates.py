"""Rates and verdicts of pairs, against numbers worked out by hand."""

import numpy as np
import pytest

from modelkin.bench.field.corpus import AppModel, Corpus, Truth
from modelkin.bench.field.pairs import Pairs, pairs_of
from modelkin.bench.field.rates import auc, figure, halves, model_draws, tpr
from modelkin.bench.field.verdicts import p_values

RELATED = np.array([True, True, False, False])
ONCE = np.ones(4)


def make_pairs(families: str, hard: tuple[str, str] = ("", "")) -> Pairs:
    """Models of one-letter families; one family is related, others are not."""
    models = [
        AppModel(key=f"{place}", file=f"{place}.x", family=family, quantized=False)
        for place, family in enumerate(families)
    ]

    def relation(a: AppModel, b: AppModel) -> str:
        if a.family == b.family:
            return "same backbone frozen"
        return (
            "same architecture, unrelated weights"
            if {a.family, b.family} == {*hard}
            else ("unrelated")
        )

    truth = {
        (a.key, b.key): Truth(relation=relation(a, b), equal_signature=True)
        for a in models
        for b in models
    }
    return pairs_of(Corpus(folder=None, models=(), truth=truth), models)  # type: ignore[arg-type]


def test_auc_counts_ties_half() -> None:
    assert auc(np.array([3.0, 1.0, 2.0, 1.0]), RELATED, ONCE) == pytest.approx(2.5 / 4)


def test_weights_are_repeats() -> None:
    values = np.array([3.0, 1.0, 2.0, 0.5])
    heavy = auc(values, RELATED, np.array([1.0, 2.0, 1.0, 3.0]))
    repeated = auc(
        np.array([3.0, 1.0, 1.0, 2.0, 0.5, 0.5, 0.5]),
        np.array([True] * 3 + [False] * 4),
        np.ones(7),
    )
    assert heavy == pytest.approx(repeated)


def test_a_tie_with_an_unrelated_pair_is_not_found() -> None:
    assert tpr(np.array([3.0, 2.0, 2.0, 1.0]), RELATED, ONCE, 0.05) == 0.5
    assert tpr(np.array([3.0, 2.0, 2.0, 1.0]), RELATED, ONCE, 0.5) == 1.0


def test_undefined_rates_are_no_figures() -> None:
    pairs = make_pairs("ab")
    every = np.ones(len(pairs), dtype=np.bool_)
    assert figure(pairs, np.zeros(1), keep=every, draws=model_draws(pairs, 0, 5)) is None
    assert np.isnan(auc(np.zeros(1), np.array([True]), np.ones(1)))


def test_the_first_draw_is_the_sample_and_families_come_and_go() -> None:
    pairs = make_pairs("aaabbc")
    draws = model_draws(pairs, 0, 200)
    assert (draws[0] == 1).all()
    assert (draws[1:, :3].sum(axis=1) % 3 == 0).all()
    assert (draws[1:, 5] == 0).any()
    np.testing.assert_array_equal(draws, model_draws(pairs, 0, 200))


def test_halves_hold_half_of_every_family() -> None:
    pairs = make_pairs("aaaabbbbcccc")
    similarity = pairs.related.astype(np.float64)
    found = halves(pairs, similarity, keep=np.ones(len(pairs), dtype=np.bool_), seed=0, splits=9)
    assert len(found) == 9
    assert (found == 1).all()


def test_p_values_leave_both_families_out_and_count_family_pairs_once() -> None:
    pairs = make_pairs("aabbcd", hard=("c", "d"))
    similarity = np.where(pairs.related, 0.9, 0.1)
    p_value, floor = p_values(pairs, similarity)
    kin = int(np.flatnonzero(pairs.related)[0])  # both of family a: b-c, b-d, c-d are left
    assert floor[kin] == pytest.approx(1 / 4)
    assert p_value[kin] == pytest.approx(1 / 4)
    stranger = int(np.flatnonzero(~pairs.related)[0])  # a-b: only c-d is left
    assert (p_value[stranger], floor[stranger]) == (1.0, 0.5)
    assert pairs.hard.sum() == 1


def test_models_that_answer_alike_are_judged_by_pairs_of_their_kind() -> None:
    """Two models of one question, with a likeness that no stranger of another question has."""
    pairs = make_pairs("abcdefghij")
    outputs = np.array([10, 10, 10, 10, 2, 3, 4, 5, 6, 7])
    alike = (outputs[pairs.first] == 10) & (outputs[pairs.second] == 10)
    similarity = np.where(alike, 0.3, 0.0)
    plain, _ = p_values(pairs, similarity)
    careful, floor = p_values(pairs, similarity, outputs=outputs)
    assert plain[alike].max() < 0.1  # would be called related at alpha .1
    assert careful[alike].min() == 1.0  # a model trained alike is as similar
    assert floor[alike].max() == pytest.approx(1 / 3)  # c and d are all that is left for a-b
    np.testing.assert_array_equal(careful[~alike], plain[~alike])


def test_the_most_alike_of_one_question_is_not_called_related_for_that() -> None:
    """The highest of 45 pairs that share ten models is no evidence at alpha .05."""
    pairs = make_pairs("abcdefghijkl")
    similarity = np.random.default_rng(0).normal(size=len(pairs))
    plain, _ = p_values(pairs, similarity)
    careful, _ = p_values(pairs, similarity, outputs=np.full(12, 10))
    assert plain.min() <= 1 / 46 + 1e-9
    assert careful.min() == pytest.approx(1 / 11)


def test_without_another_pair_of_the_kind_nothing_is_said() -> None:
    pairs = make_pairs("abcdef")
    outputs = np.array([4, 4, 2, 3, 5, 6])
    p_value, floor = p_values(pairs, np.where(pairs.first + pairs.second == 1, 0.9, 0.0))
    assert np.isfinite(p_value).all()
    careful, floor = p_values(
        pairs, np.where(pairs.first + pairs.second == 1, 0.9, 0.0), outputs=outputs
    )
    one = (outputs[pairs.first] == 4) & (outputs[pairs.second] == 4)
    assert np.isnan(careful[one]).all()
    assert np.isnan(floor[one]).all()


def test_mute_pairs_get_no_p_value() -> None:
    pairs = make_pairs("aabc")
    similarity = np.full(len(pairs), 0.1)
    similarity[0] = np.nan
    p_value, floor = p_values(pairs, similarity)
    assert np.isnan(p_value[0])
    assert np.isnan(floor[0])


@pytest.mark.calibration
def test_verdicts_on_strangers_are_wrong_as_rarely_as_alpha_says() -> None:
    rng, wrong, said = np.random.default_rng(0), 0, 0
    pairs = make_pairs("abcdefghijkl")
    for _ in range(200):
        p_value, _ = p_values(pairs, rng.normal(size=len(pairs)))
        wrong += int((p_value <= 0.05).sum())
        said += len(pairs)
    assert wrong / said <= 0.05 + 0.01

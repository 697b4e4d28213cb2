"""Chances of honest models and copies, weights of answers, and the sequential verdict."""

from dataclasses import replace

import numpy as np
import pytest

from modelkin.answers.e_process import agreement_bound, stopped
from modelkin.answers.label_affinity import LabelAffinity
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_chances import (
    copy_chance,
    expected_evidence,
    honest_chance,
    own_copy_chance,
)
from modelkin.answers.label_evidence import counted, weighed
from modelkin.errors import IncompatibleError, UsageError
from modelkin.testing.toy_labels import toy_candidates


def test_affinity_is_two_steps_of_what_references_exchange() -> None:
    # labels 0 and 1 are exchanged, 1 and 2 are, 0 and 2 only over 1; 3 stands alone
    references = np.array([[0, 1, 3, 3], [1, 2, 3, 3]])
    affinity = LabelAffinity(references=references)
    once = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 4]], dtype=float)
    once /= once.sum(axis=1, keepdims=True) + 0.5
    twice = once @ once
    found = affinity.to(np.array([2, 2, 2, 9]))
    expected = [twice[[0, 1], 2].mean(), twice[[1, 2], 2].mean(), 0.0, 0.0]
    assert found == pytest.approx(expected)
    assert affinity.shares(np.array([3, 0, 9, 1])).tolist() == [2.0, 0.5, 0.0, 1.0]


def test_one_reference_shows_no_exchange() -> None:
    affinity = LabelAffinity(references=np.array([[0, 1, 2]]))
    assert affinity.to(np.array([1, 1, 1])).tolist() == [0, 0, 0]


def test_an_answer_that_honest_models_never_exchange_for_theirs_is_least_expected() -> None:
    # on the first two inputs no reference agrees, but 0 and 1 are exchanged elsewhere, 0 and 9 not
    references = np.array([[1, 1, 0, 1, 2, 9], [1, 1, 1, 0, 2, 9], [1, 1, 0, 1, 2, 9]])
    known = LabelCandidates(source=np.array([0, 9, 0, 0, 2, 9]), references=references)
    chances = honest_chance(known)
    assert chances[1] < chances[0] < chances[2] < chances[4]


def test_clear_inputs_and_rare_labels_keep_their_answers() -> None:
    references = np.array([[1, 1, 5, 5], [1, 2, 5, 5], [1, 3, 5, 5]])
    known = LabelCandidates(source=np.array([5, 5, 5, 1]), references=references)
    chances = copy_chance(known)
    assert chances[0] > chances[1]
    assert chances[3] > chances[2]


def test_copies_made_alike_are_one_voice() -> None:
    known = toy_candidates(copies=4)
    grouped = replace(known, made=("jpeg", "jpeg", "jpeg", "prune"))
    same = known.copies == known.source
    expected = (same[:3].mean(axis=0) + same[3]) / 2
    assert grouped.kept.mean(axis=0) == pytest.approx(expected)


def test_copies_that_all_differ_change_nothing() -> None:
    known = toy_candidates()
    useless = replace(known, copies=np.full((2, known.size), 99))
    assert own_copy_chance(useless).tolist() == copy_chance(known).tolist()


def test_expected_evidence_by_hand() -> None:
    found = expected_evidence(np.array([0.1, 0.9]), np.array([0.9, 0.5]))
    assert found[0] == pytest.approx(0.9 * np.log(9) + 0.1 * np.log(1 / 9))
    assert found[1] == -0.9


def test_scores_by_hand() -> None:
    known = LabelCandidates(source=np.array([1, 2, 3]), references=np.array([[4, 2, 5]]))
    picked = weighed(np.array([2, 0]), np.array([0.1, 0.5, 0.2]), np.array([0.6, 0.5, 0.8]))
    # the source's answers; a reference's on both; answers that nobody gave
    suspects = np.array([[3, 5, 7], [1, 4, 8]])
    agree = np.log(0.8 / 0.2) + np.log(0.6 / 0.1)
    differ = np.log(0.2 / 0.8) + np.log(0.4 / 0.9)
    found = picked.score(known, suspects)
    assert found == pytest.approx([agree, differ, differ + picked.foreign.sum()])
    assert counted(np.array([2, 0])).score(known, suspects).tolist() == [1, 0, 0]


def test_where_copies_agree_no_more_than_honest_models_answers_weigh_nothing() -> None:
    picked = weighed(np.array([0]), np.array([0.95]), np.array([0.5]))
    assert (picked.agree[0], picked.differ[0], picked.foreign[0]) == (0, 0, 0)


def test_shapes_that_do_not_fit_are_refused() -> None:
    known = toy_candidates(copies=2)
    for wrong in (
        {"references": known.references[:, 1:]},
        {"references": known.references[:0]},
        {"copies": known.copies[:, 1:]},
        {"made": ("jpeg",)},
        {"source": known.source[:0]},
    ):
        with pytest.raises(IncompatibleError):
            replace(known, **wrong)
    with pytest.raises(IncompatibleError):
        counted(np.array([1, 2])).score(known, np.array([[1], [2], [3]]))


def test_it_stops_at_the_first_answer_that_reaches_one_over_alpha() -> None:
    logs = np.log(np.array([[0.5, 30.0], [20.0, 1.0], [25.0, 50.0]]))
    assert stopped(logs, 0.05).tolist() == [2, 1]
    assert stopped(logs, 0.01).tolist() == [0, 0]


def test_the_margin_is_the_spread_left_one_out() -> None:
    agreement = np.array([0.1, 0.2, 0.3])
    spread = np.abs(agreement - np.array([0.25, 0.2, 0.15])).mean()
    found = agreement_bound(agreement, margin=0.5)
    assert found.value == pytest.approx(0.3 + 0.5 * spread)
    assert (found.largest, found.families, found.coverage) == (0.3, 3, 0.25)
    assert agreement_bound(agreement, margin=0).value == pytest.approx(0.3)
    assert agreement_bound(np.array([0.2])).value > 0.5  # one family shows no spread
    for wrong, margin in ((agreement[:0], 0.5), (agreement, -1.0)):
        with pytest.raises(UsageError):
            agreement_bound(wrong, margin=margin)

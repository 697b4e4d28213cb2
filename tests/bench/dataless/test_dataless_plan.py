"""The grammar of the dataless zoo and the pairs that its questions set against each other."""

from collections import Counter

import numpy as np
import pytest

from modelkin.bench.dataless.grammar import Grammar, small_grammar
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.pairs import QUESTIONS, question

_MEMBERS = Grammar().members()


def test_every_set_and_kind_has_six_models_or_more_of_two_architectures() -> None:
    of_set = Counter((one.kind, one.data) for one in _MEMBERS)
    assert min(of_set.values()) >= 6
    assert len(of_set) == len(Kind) * 5
    count = Counter((one.kind, one.data, one.half) for one in _MEMBERS)
    assert {size for (kind, *_), size in count.items() if kind is not Kind.GAN} == {6}
    assert len(count) == len(Kind) * 5 * 2
    archs = {(one.kind, one.data, one.half, one.arch) for one in _MEMBERS}
    assert len(archs) == 2 * len(count)


def test_names_and_seeds_are_unique() -> None:
    assert len({one.name for one in _MEMBERS}) == len(_MEMBERS)
    assert len({one.seed for one in _MEMBERS}) == len(_MEMBERS)


def test_a_model_is_the_same_in_a_smaller_zoo() -> None:
    small = {one.name: one for one in small_grammar(0).members()}
    large = {one.name: one for one in _MEMBERS}
    assert all(large[name] == one for name, one in small.items())


def test_another_seed_gives_other_seeds() -> None:
    others = {one.seed for one in Grammar(seed=1).members()}
    assert not others & {one.seed for one in _MEMBERS}


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_pair_is_both_close_and_far(name: str) -> None:
    asked = question(name, _MEMBERS)
    close = {tuple(pair) for pair in asked.close.tolist()}
    far = {tuple(pair) for pair in asked.far.tolist()}
    assert close
    assert far
    assert not close & far
    assert all(row > column for row, column in close | far)


def test_halves_are_of_one_set_and_one_kind() -> None:
    asked = question("halves", _MEMBERS)
    for row, column in asked.far.tolist():
        a, b = _MEMBERS[row], _MEMBERS[column]
        assert (a.data, a.kind) == (b.data, b.kind)
        assert a.half != b.half
    assert len(asked.far) == 5 * (2 * 6 * 6 + 4 * 4)


def test_questions_on_nobody_have_no_pairs() -> None:
    asked = question("sets", _MEMBERS[:1])
    assert asked.close.shape == asked.far.shape == (0, 2)
    assert asked.close.dtype == np.int64


def test_makers_are_of_a_set_that_nobody_is_judged_on() -> None:
    makers = Grammar().makers()
    assert {one.arch for one in makers} == {"dcgan", "cramer"}
    assert not {one.data for one in makers} & {one.data for one in _MEMBERS}
    assert not {one.name for one in makers} & {one.name for one in _MEMBERS}


def test_pairs_of_one_recipe_share_it() -> None:
    asked = question("one-recipe", _MEMBERS)
    for row, column in [*asked.close.tolist(), *asked.far.tolist()]:
        a, b = _MEMBERS[row], _MEMBERS[column]
        assert (a.kind, a.arch, a.recipe) == (b.kind, b.arch, b.recipe)
    close = {_MEMBERS[row].data == _MEMBERS[column].data for row, column in asked.close.tolist()}
    assert close == {True}

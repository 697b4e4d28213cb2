"""Which heads there are, and what is true of their pairs."""

from dataclasses import replace

from modelkin.bench.heads.bench import SMALL
from modelkin.bench.heads.grammar import Grammar
from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.heads.pairs import Null, null_of, pairs_of
from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.grammar import Grammar as Bases
from modelkin.bench.modelreuse.grammar import small_grammar

_GRAMMAR = Grammar()


def heads() -> tuple[Head, ...]:
    bases = [
        one
        for one in Bases(lineages=1, honest_a=1, honest_b=1).entries()
        if one.how in {How.PRETRAINED, How.RETRAINED}
    ]
    return _GRAMMAR.heads(bases)


def test_no_head_is_taught_what_its_backbone_saw() -> None:
    found = heads()
    assert len({one.name for one in found}) == len(found)
    for one in found:
        if one.lesson is None:
            assert one.tuning is Tuning.ORIGINAL
            continue
        assert one.lesson.images != one.task
        assert 2 <= len(one.lesson.classes) <= 12
        assert len(set(one.lesson.classes)) == len(one.lesson.classes)
        most = _GRAMMAR.classes[_GRAMMAR.images.index(one.lesson.images)]
        assert max(one.lesson.classes) < most


def test_small_backbones_are_not_taught_what_they_saw_either() -> None:
    grammar = small_grammar("tinyimagenet60_64", ("flowers102_64", "mammals24_64"), 0)
    bases = [one for one in grammar.entries() if one.how in {How.PRETRAINED, How.RETRAINED}]
    taught = [one for one in SMALL.heads(bases) if one.lesson is not None]
    assert {one.backbone for one in taught} == {one.name for one in bases}
    assert all(one.lesson is None or one.lesson.images != one.task for one in taught)


def test_an_8_bit_head_has_the_lesson_and_weights_of_its_twin() -> None:
    by_name = {one.name: one for one in heads()}
    coarse = [one for one in by_name.values() if one.int8]
    assert coarse
    for one in coarse:
        assert replace(by_name[one.trained], name=one.name, int8=True) == one


def test_common_lessons_are_common_and_own_ones_are_not() -> None:
    found = [one for one in heads() if not one.int8 and one.lesson is not None]
    by_backbone: dict[str, list[Head]] = {}
    for one in found:
        by_backbone.setdefault(one.backbone, []).append(one)
    first, *others = by_backbone.values()
    for other in others:
        shared = {one.lesson for one in first} & {one.lesson for one in other}
        assert len(shared) == _GRAMMAR.common
    for mine in by_backbone.values():
        assert len({one.lesson for one in mine}) == len(mine)


def test_the_grammar_is_the_same_whatever_else_it_holds() -> None:
    larger = {one.name: one for one in replace(_GRAMMAR, tuned=3).heads(_bases())}
    assert all(larger[one.name] == one for one in _GRAMMAR.heads(_bases()))
    other = replace(_GRAMMAR, seed=1).heads(_bases())
    assert {one.lesson for one in other} != {one.lesson for one in _GRAMMAR.heads(_bases())}


def test_hardness_of_strangers() -> None:
    one = next(one for one in heads() if one.name == "resnet-a0-tinyimagenet-frozen2")
    sibling = replace(one, backbone="resnet-a1-tinyimagenet")
    assert null_of(one, sibling) == Null.N3
    assert null_of(one, replace(sibling, half="b")) == Null.N2
    assert null_of(one, replace(sibling, arch="mobilenet")) == Null.SAME_DATA
    assert null_of(one, replace(sibling, arch="mobilenet", half="b")) == ""
    assert null_of(one, replace(sibling, task="flowers102_64")) == Null.N1
    assert null_of(one, one) == ""


def test_pairs() -> None:
    models = [one for one in heads() if one.lesson is not None and one.side == 32]
    pairs = pairs_of(models)
    twins = len(models) // 2
    assert len(pairs) == len(models) * (len(models) - 1) // 2 - twins
    for place in range(0, len(pairs), 97):
        one, other = models[pairs.first[place]], models[pairs.second[place]]
        assert one.trained != other.trained
        assert pairs.related[place] == (one.backbone == other.backbone)
        assert pairs.equal[place] == (one.lesson == other.lesson)
        assert pairs.quantized[place] == one.int8 + other.int8
        assert not (pairs.related[place] and pairs.equal[place])
        tunings = {str(one.tuning), str(other.tuning)}
        assert pairs.tuned[place] in tunings
        assert (pairs.tuned[place] == "frozen") == (tunings == {"frozen"})
        assert (pairs.tuned[place] == "whole") == ("whole" in tunings)


def _bases() -> list[Entry]:
    return [one for one in Bases(lineages=1).entries() if one.how is How.PRETRAINED][:2]

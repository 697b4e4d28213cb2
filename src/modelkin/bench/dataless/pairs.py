"""Which pairs of models are set against which: the questions of the benchmark."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.bench.dataless.member import Member
from modelkin.records import IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """Two lists of pairs; the first ought to be the closer ones.

    Attributes:
        close: (p, 2) places of models.
        far: (q, 2).
    """

    close: IntArray
    far: IntArray


_Test = Callable[[Member, Member], bool]


def question(name: str, members: Sequence[Member]) -> Question:
    """The pairs of a question.

    Args:
        name: one of ``QUESTIONS``.
        members: in the order of the distance matrix.
    """
    close, far = _TESTS[name]
    return Question(close=_pairs(members, close), far=_pairs(members, far))


def _pairs(members: Sequence[Member], wanted: _Test) -> IntArray:
    found = [
        (row, column)
        for row, first in enumerate(members)
        for column, second in enumerate(members[:row])
        if wanted(first, second)
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _same_images(a: Member, b: Member) -> bool:
    return a.data == b.data and a.half == b.half


def _same_recipe(a: Member, b: Member) -> bool:
    return (a.arch, a.recipe) == (b.arch, b.recipe)


def _same_kind(a: Member, b: Member) -> bool:
    return a.kind is b.kind


_TESTS: Mapping[str, tuple[_Test, _Test]] = {
    # the paper's claim: models of one data set are closer than models of two
    "sets": (
        lambda a, b: _same_kind(a, b) and _same_images(a, b),
        lambda a, b: _same_kind(a, b) and a.data != b.data,
    ),
    "kinds": (
        lambda a, b: not _same_kind(a, b) and _same_images(a, b),
        lambda a, b: not _same_kind(a, b) and a.data != b.data,
    ),
    # the same where only the images and the random start differ; half a set is the set here
    "one-recipe": (
        lambda a, b: _same_kind(a, b) and _same_recipe(a, b) and a.data == b.data,
        lambda a, b: _same_kind(a, b) and _same_recipe(a, b) and a.data != b.data,
    ),
    # the harder ones, which the paper leaves: disjoint images of one distribution
    "halves": (
        lambda a, b: _same_kind(a, b) and _same_images(a, b),
        lambda a, b: _same_kind(a, b) and a.data == b.data and a.half != b.half,
    ),
    # other recipes lie farther apart, and the half's own pairs hold more of them: hence this one
    "halves-one-recipe": (
        lambda a, b: _same_kind(a, b) and _same_images(a, b) and _same_recipe(a, b),
        lambda a, b: (
            _same_kind(a, b) and _same_recipe(a, b) and a.data == b.data and a.half != b.half
        ),
    ),
    "recipes": (
        lambda a, b: _same_kind(a, b) and _same_images(a, b) and _same_recipe(a, b),
        lambda a, b: _same_kind(a, b) and _same_images(a, b) and not _same_recipe(a, b),
    ),
    # what an auditor meets: is another recipe on the same data closer than the other half?
    "recipe-or-half": (
        lambda a, b: _same_kind(a, b) and _same_images(a, b) and not _same_recipe(a, b),
        lambda a, b: _same_kind(a, b) and a.data == b.data and a.half != b.half,
    ),
}
QUESTIONS = tuple(_TESTS)

"""What every decision rule keeps to, above all its error rate."""

import math
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pytest

from modelkin.protocols import Component, DecisionRule
from modelkin.records import (
    Decision,
    Null,
    NullKind,
    NullScore,
    Relation,
    Similarity,
    Verdict,
)
from modelkin.testing.binomial import upper_tail
from modelkin.testing.component_contract import ComponentContract

_DRAWS = 1500
_UNLIKELY = 1e-4
_ROUNDING = 1e-12
_ALPHAS = (0.05, 0.02, 0.01)
_FAMILIES = (19, 24, 99)


class RuleContract(ComponentContract):
    """At most alpha of honest suspects are accused, and obvious copies are."""

    base: ClassVar[type[Component]] = DecisionRule
    doc_lines: ClassVar[tuple[str, ...]] = ("Summary", "Sees", "Cost", "Paper")

    @pytest.fixture
    def part(self) -> type[DecisionRule]:
        """The rule under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    def test_honest_suspects_are_accused_at_most_at_alpha(self, part: type[DecisionRule]) -> None:
        """Suspect and references exchangeable: the rate of 'related' is at most alpha."""
        for families in _FAMILIES:
            _require_rate(part(), _exchangeable(families))

    def test_ties_do_not_raise_the_error_rate(self, part: type[DecisionRule]) -> None:
        """Similarities of few distinct values, as label agreement gives them."""
        _require_rate(part(), ((np.round(s), np.round(n), k) for s, n, k in _exchangeable(24)))

    def test_families_count_once(self, part: type[DecisionRule]) -> None:
        """Many models of one origin are no more evidence than one of them."""
        _require_rate(part(), _grouped(families=24, members=6))

    def test_p_value_is_never_below_its_floor(self, part: type[DecisionRule]) -> None:
        """Between 1 / (families + 1) and 1, so never 0."""
        for families, members in ((1, 1), (1, 40), (5, 3), (19, 1), (24, 6), (99, 1)):
            for value in (-5.0, 0.0, 0.3, 1.0):
                decision = _decide(part(), value, *_references(families, members))
                if decision.p_value is not None:
                    assert 1 / (families + 1) - _ROUNDING <= decision.p_value <= 1

    def test_more_similar_is_never_less_evidence(self, part: type[DecisionRule]) -> None:
        """The p-value falls, or stays, as the suspect gets more similar."""
        null = _references(24, 2)
        found = [_decide(part(), value, *null).p_value for value in np.linspace(-1, 2, 61)]
        values = [value for value in found if value is not None]
        assert (np.diff(values) <= _ROUNDING).all()

    def test_too_few_families_decide_nothing(self, part: type[DecisionRule]) -> None:
        """When 1 / (families + 1) is above alpha no verdict is possible, however many models."""
        for alpha, families in ((0.05, 1), (0.05, 18), (0.01, 98)):
            decision = _decide(part(), 1.0, *_references(families, 6), alpha=alpha)
            assert decision.verdict is Verdict.INCONCLUSIVE

    def test_no_references_decide_nothing(self, part: type[DecisionRule]) -> None:
        """Without honest models nobody knows how similar they are; an empty null is none."""
        for null in (None, Null(kind=NullKind.N1, scores=())):
            decision = part().decide(_similarity(0.999), null=null, alpha=0.05, relation=None)
            assert decision.verdict is Verdict.INCONCLUSIVE
            assert decision.p_value is None

    def test_identical_answers_are_related(self, part: type[DecisionRule]) -> None:
        """Coinciding answers need no references, and no references speak against them."""
        for null in (None, _null(*_references(3, 1))):
            decision = part().decide(
                _similarity(1.0), null=null, alpha=0.01, relation=Relation.IDENTICAL
            )
            assert decision.verdict is Verdict.RELATED
            assert decision.relation is Relation.IDENTICAL

    def test_obvious_copies_are_found(self, part: type[DecisionRule]) -> None:
        """A suspect far above every honest model is related, one among them is not."""
        null = _references(99, 1)
        for alpha in (0.05, 0.01):
            assert _decide(part(), 0.99, *null, alpha=alpha).verdict is Verdict.RELATED
            assert _decide(part(), 0.3, *null, alpha=alpha).verdict is Verdict.NO_EVIDENCE

    def test_decision_keeps_what_it_was_made_from(self, part: type[DecisionRule]) -> None:
        """Anyone can redo the arithmetic: similarity, null, alpha, rule and a reason."""
        similarity, null = _similarity(0.7), _null(*_references(24, 2))
        decision = part().decide(similarity, null=null, alpha=0.05, relation=None)
        assert (decision.similarity, decision.null) == (similarity, null)
        assert (decision.alpha, decision.rule) == (0.05, part.name)
        assert decision.reason.strip()


_Draws = Iterator[tuple[float, "np.ndarray[tuple[int], np.dtype[np.float64]]", list[str]]]


def _exchangeable(families: int) -> _Draws:
    rng = np.random.default_rng(families)
    names = [f"family-{place}" for place in range(families)]
    for _ in range(_DRAWS):
        drawn = rng.normal(size=families + 1)
        yield float(drawn[0]), drawn[1:], names


def _grouped(families: int, members: int) -> _Draws:
    """Members of a family are nearly equal; the suspect is the only one of its own."""
    rng = np.random.default_rng(members)
    names = [f"family-{place // members}" for place in range(families * members)]
    for _ in range(_DRAWS):
        level = rng.normal(size=families + 1)
        drawn = np.repeat(level[1:], members) + 0.01 * rng.normal(size=families * members)
        yield float(level[0] + 0.01 * rng.normal()), drawn, names


def _require_rate(rule: DecisionRule, draws: _Draws) -> None:
    accused = dict.fromkeys(_ALPHAS, 0)
    for suspect, references, names in draws:
        for alpha in _ALPHAS:
            decision = _decide(rule, suspect, references.tolist(), names, alpha=alpha)
            accused[alpha] += decision.verdict is Verdict.RELATED
    for alpha, count in accused.items():
        chance = upper_tail(count, _DRAWS, alpha)
        assert chance > _UNLIKELY, f"{count} of {_DRAWS} honest suspects accused at {alpha}"


def _references(families: int, members: int) -> tuple[list[float], list[str]]:
    """Fixed honest similarities around 0.3, all of them different."""
    count = families * members
    values = [0.3 + 0.1 * math.sin(1 + place) for place in range(count)]
    return values, [f"family-{place // members}" for place in range(count)]


def _null(values: list[float], families: list[str]) -> Null:
    scores = tuple(
        NullScore(reference=f"model-{place}", family=family, value=value)
        for place, (value, family) in enumerate(zip(values, families, strict=True))
    )
    return Null(kind=NullKind.N3, scores=scores)


def _similarity(value: float) -> Similarity:
    return Similarity(
        method="toy",
        params="{}",
        a="source",
        b="suspect",
        value=value,
        low=None,
        high=None,
        confidence=0.95,
        n_queries=500,
    )


def _decide(
    rule: DecisionRule, value: float, values: list[float], names: list[str], *, alpha: float = 0.05
) -> Decision:
    return rule.decide(
        _similarity(float(value)), null=_null(values, names), alpha=alpha, relation=None
    )

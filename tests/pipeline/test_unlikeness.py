"""The remark on suspects that are less like the source than honest models are."""

from dataclasses import replace

import numpy as np
import pytest

from modelkin.decision.conformal import Conformal
from modelkin.pipeline.entering import enter
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.unlikeness import unlikeness, unlikeness_remark
from modelkin.records import (
    Access,
    Decision,
    FloatArray,
    Null,
    NullKind,
    NullScore,
    OutputKind,
    Relation,
    Responses,
    Similarity,
    Verdict,
)
from modelkin.testing.binomial import upper_tail

_SAID = "unlike the source in a way that honest models are not"


def decided(value: float, scores: FloatArray, *, alpha: float = 0.05, each: int = 1) -> Decision:
    """``each`` references a family."""
    similarity = Similarity(
        method="m",
        params="",
        a="a",
        b="b",
        value=value,
        low=None,
        high=None,
        confidence=0.95,
        n_queries=100,
    )
    null = Null(
        kind=NullKind.N2,
        scores=tuple(
            NullScore(reference=f"r{i}", family=f"f{i // each}", value=float(score))
            for i, score in enumerate(scores)
        ),
    )
    return Conformal().decide(similarity, null=null, alpha=alpha, relation=None)


def responses(name: str, values: FloatArray) -> Responses:
    n = len(values)
    return Responses(
        model=name,
        model_digest=name,
        pool="p",
        pool_digest="d",
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(n),
        parts=("p",) * n,
        asked=n,
    )


_TASK, _OWN = np.random.default_rng(3).normal(size=(2, 100, 6)) * 2


def honest(seed: int) -> Responses:
    own = np.random.default_rng(seed).normal(size=_TASK.shape)
    return responses(f"r{seed}", _TASK + own)


_SOURCE = responses("source", _TASK + _OWN)
_MATCHED = enter(_SOURCE, honest(77))


def test_below_all_families_is_remarked_on_and_no_verdict() -> None:
    decision = decided(0.1, np.linspace(0.4, 0.6, 19))
    assert decision.verdict is Verdict.NO_EVIDENCE
    (remark,) = unlikeness_remark(decision, _MATCHED, [])
    assert _SAID in remark
    assert "p = 0.05 against 19 families" in remark
    assert "no evidence of a relation" in remark


@pytest.mark.parametrize(
    ("value", "families"),
    [(0.5, 19), (0.41, 19), (0.1, 18), (0.9, 19)],
)
def test_nothing_is_said_inside_the_null_with_few_families_or_of_the_related(
    value: float, families: int
) -> None:
    decision = decided(value, np.linspace(0.4, 0.6, families))
    assert unlikeness_remark(decision, _MATCHED, []) == ()


def test_the_least_similar_member_speaks_for_a_family() -> None:
    scores = np.array([0.1, 0.9] * 19)
    assert unlikeness(decided(0.2, scores, each=2), _MATCHED, []) == 1.0
    assert unlikeness(decided(0.05, scores, each=2), _MATCHED, []) == 0.05


def test_identical_models_are_not_remarked_on() -> None:
    decision = replace(decided(0.1, np.linspace(0.4, 0.6, 19)), relation=Relation.IDENTICAL)
    assert unlikeness_remark(decision, _MATCHED, []) == ()


def test_another_number_of_classes_is_no_sign() -> None:
    other = enter(_SOURCE, responses("s", _TASK[:, :4]))
    decision = decided(0.1, np.linspace(0.4, 0.6, 19))
    assert unlikeness(decision, other, []) is None
    assert unlikeness_remark(decision, other, []) == ()


@pytest.mark.parametrize(("unmatched", "said"), [(0, True), (1, False)])
def test_classes_that_match_nobody_s_are_a_sign_where_the_references_match(
    unmatched: int, *, said: bool
) -> None:
    noise = np.random.default_rng(9).normal(size=(2, *_TASK.shape))
    suspect = enter(_SOURCE, responses("s", noise[0]))
    assert suspect.alignment.label_sets == "different"
    references = [Reference(honest(i), f"f{i}") for i in range(19)]
    if unmatched:
        references[0] = Reference(responses("r0", noise[1]), "f0")
    decision = decided(0.5, np.linspace(0.4, 0.6, 19))
    assert unlikeness(decision, suspect, references) == (1 + unmatched) / 20
    unrelated = replace(decision, verdict=Verdict.INCONCLUSIVE, null=None)
    assert bool(unlikeness_remark(unrelated, suspect, references)) is said
    related = unlikeness_remark(decided(0.9, np.linspace(0.4, 0.6, 19)), suspect, references)
    assert related == (), "a verdict is not contradicted"
    # whoever matches ranks above all who do not
    (below,) = {unlikeness(decided(0.1, np.linspace(0.4, 0.6, 19)), _MATCHED, references)}
    assert below == (1 + unmatched) / 20


@pytest.mark.calibration
def test_honest_suspects_are_remarked_on_no_more_often_than_alpha() -> None:
    rng = np.random.default_rng(5)
    for alpha, families in ((0.05, 19), (0.1, 24)):
        draws = rng.normal(size=(4000, families + 1))
        fired = sum(
            bool(unlikeness_remark(decided(row[0], row[1:], alpha=alpha), _MATCHED, []))
            for row in draws
        )
        assert fired > 0
        assert upper_tail(fired, len(draws), alpha) > 1e-4


def judged(own: float) -> Judgement:
    """A suspect that shares ``own`` of what is the source's alone, and the task with everyone."""
    references = [Reference(honest(i), f"f{i}", NullKind.N3) for i in range(24)]
    noise = np.random.default_rng(8).normal(size=_TASK.shape)
    suspect = responses("s", _TASK + own * _OWN + 0.2 * noise)
    terms = Terms(methods=(), rule="conformal", alpha=0.05, null=None)
    return judge(_SOURCE, suspect, references, terms)


@pytest.mark.parametrize(
    ("own", "verdict", "said"),
    [(0.8, Verdict.RELATED, False), (0.0, None, False), (-0.8, Verdict.NO_EVIDENCE, True)],
)
def test_compare_warns_of_a_copy_that_was_trained_away(
    own: float, verdict: Verdict | None, *, said: bool
) -> None:
    found = judged(own)
    assert verdict is None or found.decision.verdict is verdict
    assert any(_SAID in warning for warning in found.warnings) is said

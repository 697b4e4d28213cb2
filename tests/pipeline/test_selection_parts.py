"""The split of families, the standing of draws, power without the own kind, error rates."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelkin.answers.e_process import AgreementBound
from modelkin.decision.conformal import families_needed
from modelkin.errors import IncompatibleError
from modelkin.pipeline.drawing_queries import (
    DrawPlan,
    plan_draws,
    settled_draws,
    standing,
)
from modelkin.pipeline.examining import Examination, most_asked
from modelkin.pipeline.family_split import LEAST_SELECTING, split_families
from modelkin.pipeline.judging import Judgement, Terms
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.preparing import prepare
from modelkin.pipeline.select_judging import judge_selected
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.pipeline.verdict import power_any
from modelkin.records import Access, IntArray, NullKind, OutputKind, Responses, Stop, Verdict

_N, _CLASSES = 300, 12


def labelled(name: str, labels: IntArray) -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool="pool",
        pool_digest="digest",
        values=labels[:, None],
        kind=OutputKind.LABELS,
        access=Access.LABEL,
        index=np.arange(len(labels)),
        parts=("p",) * len(labels),
        asked=len(labels),
    )


def honest(rng: np.random.Generator, truth: IntArray) -> IntArray:
    """Right on most inputs, wrong in a way of its own, and more likely so on hard ones."""
    hard = np.linspace(0.05, 0.9, len(truth))
    wrong = rng.random(len(truth)) < hard * rng.uniform(0.7, 1.0)
    return np.where(wrong, rng.integers(0, _CLASSES, len(truth)), truth)


def world(seed: int, families: int) -> tuple[Responses, list[Reference], Responses, IntArray]:
    """A source, references and an honest suspect, exchangeable by construction."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, _CLASSES, _N)
    models = [honest(rng, truth) for _ in range(families + 2)]
    references = [
        Reference(labelled(f"r{i:02}", one), f"f{i:02}", NullKind.N2)
        for i, one in enumerate(models[2:])
    ]
    return labelled("source", models[0]), references, labelled("suspect", models[1]), models[0]


def judged(
    seed: int,
    *,
    selector: str = "expected_evidence",
    anytime: bool = False,
    queries: int = 40,
    alpha: float = 0.1,
    suspect: IntArray | None = None,
    families: int = 14,
) -> Judgement:
    source, references, other, _ = world(seed, families)
    if suspect is not None:
        other = labelled("suspect", suspect)
    terms = SelectTerms(selector=selector, queries=queries, anytime=anytime, seed=seed)
    prepared = prepare(source, "suspect", references, (), terms, alpha=alpha)
    chosen = plan_draws(prepared, terms).order if anytime else prepared.chosen
    bar = Terms(methods=(), rule="conformal", alpha=alpha, null=NullKind.N2, select=terms)
    return judge_selected(source, other.at(chosen), references, bar, terms)


names = st.lists(st.text("abcdef", min_size=1, max_size=3), min_size=1, max_size=60)


@settings(deadline=None, max_examples=50)
@given(names, st.sampled_from([0.2, 0.1, 0.05]), st.integers(0, 9), st.randoms())
def test_every_family_is_on_one_side_whoever_names_them_in_whatever_order(
    families: list[str], alpha: float, seed: int, mixer: object
) -> None:
    unique = set(families)
    if len(unique) <= LEAST_SELECTING:
        with pytest.raises(IncompatibleError, match="cannot be split") as caught:
            split_families(families, alpha=alpha, seed=seed)
        assert f"{22 - len(unique)} more for alpha 0.05" in caught.value.hint
        return
    split = split_families(families, alpha=alpha, seed=seed)
    shuffled = list(families)
    mixer.shuffle(shuffled)  # type: ignore[attr-defined]
    assert split == split_families(shuffled, alpha=alpha, seed=seed)
    assert {*split.selecting} | {*split.judging} == unique
    assert not {*split.selecting} & {*split.judging}
    assert len(split.selecting) >= LEAST_SELECTING
    assert len(split.judging) >= min(families_needed(alpha), len(unique) - LEAST_SELECTING)


def _plan(limit: float, order: IntArray, size: int) -> DrawPlan:
    bound = AgreementBound(value=limit, largest=limit, margin=0.0, families=9)
    exam = Examination(size=size, order=order, bound=bound, swapped=0.0)
    return DrawPlan(order=order, exam=exam, copies=0)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 200), st.floats(0.05, 0.8), st.floats(0.0, 1.0))
def test_nothing_is_asked_that_a_verdict_does_not_need(
    seed: int, limit: float, agreeing: float
) -> None:
    rng = np.random.default_rng(seed)
    plan = _plan(limit, rng.permutation(80)[:60], 80)
    truth = {place: bool(rng.random() < agreeing) for place in range(80)}
    alpha, settled = 0.01, 0
    at = standing(plan, {}, settled=0, alpha=alpha)
    while at.stopped is None:
        assert at.further >= 1
        # even if everything agreed, one query fewer could not have decided
        hopeful = truth | dict.fromkeys(plan.order[settled:].tolist(), True)
        if at.further > 1:
            early = standing(plan, hopeful, settled=settled + at.further - 1, alpha=alpha)
            assert early.stopped is not Stop.EVIDENCE
        settled += at.further
        at = standing(plan, truth, settled=settled, alpha=alpha)
    everything = standing(plan, truth, settled=len(plan.order), alpha=alpha)
    assert (at.stopped is Stop.EVIDENCE) == (everything.stopped is Stop.EVIDENCE)
    if at.stopped is Stop.EVIDENCE:
        assert at.log_capital >= math.log(1 / alpha)
        assert at.draws == everything.draws


def test_queries_are_settled_up_to_the_last_that_was_answered() -> None:
    plan = _plan(0.3, np.array([4, 7, 9, 2]), 10)
    assert settled_draws(plan, np.array([4])) == 1
    assert settled_draws(plan, np.array([4, 7])) == 2
    # 7 was asked before 9 and gave no answer
    assert settled_draws(plan, np.array([4, 9])) == 3
    assert settled_draws(plan, np.array([], dtype=np.int64)) == 0


def test_a_query_without_an_answer_counts_against_an_accusation() -> None:
    plan = _plan(0.3, np.arange(10), 20)
    every = dict.fromkeys(range(10), True)
    some = {place: True for place in range(10) if place % 2}
    full = standing(plan, every, settled=3, alpha=1e-6).log_capital
    assert standing(plan, some, settled=3, alpha=1e-6).log_capital < full


def _with_copies(references: list[Reference], labels: IntArray, index: IntArray) -> list[Reference]:
    copy = OwnCopy(responses=labelled("c", labels).at(index), kind="jpeg-60")
    return [replace(one, copies=(copy,)) for one in references]


def test_copies_of_references_bound_agreement_too() -> None:
    source, references, _, labels = world(2, 14)
    terms = SelectTerms(selector="expected_evidence", queries=100, anytime=True, seed=0)

    def plan(those: list[Reference]) -> DrawPlan:
        return plan_draws(prepare(source, "s", those, (), terms, alpha=0.1), terms)

    bare, chosen = plan(references), prepare(source, "s", references, (), terms, alpha=0.1).chosen
    assert bare.copies == 0
    rng = np.random.default_rng(0)
    nearer = np.where(rng.random(_N) < 0.7, labels, _CLASSES)
    near = plan(_with_copies(references, nearer, np.sort(chosen)))
    assert near.copies == len(prepare(source, "s", references, (), terms, alpha=0.1).judging)
    share = float((nearer == labels)[chosen].mean())
    assert near.exam.bound.largest == pytest.approx(share)
    assert near.exam.limit > bare.exam.limit
    np.testing.assert_array_equal(near.order, bare.order)
    # copies that never agree change nothing but the margin: every family has one
    far = plan(_with_copies(references, np.full(_N, _CLASSES), np.sort(chosen)))
    assert far.exam.bound.largest == bare.exam.bound.largest
    assert far.exam.bound.margin == pytest.approx(bare.exam.bound.margin / 2)
    # the few queries that a copy did not answer must not lower the bound
    most = np.sort(chosen)[4:]
    silent = plan(_with_copies(references, np.full(_N, _CLASSES), most))
    assert silent.exam.bound.largest == pytest.approx(max(bare.exam.bound.largest, 4 / len(chosen)))
    # copies that were asked another selection's queries are none
    other = plan(_with_copies(references, nearer, np.setdiff1d(np.arange(_N), chosen)))
    assert (other.copies, other.exam.limit) == (0, bare.exam.limit)


def test_the_swap_test_raises_the_bound_where_two_honest_families_are_alike() -> None:
    source, references, _, _ = world(4, 14)
    terms = SelectTerms(selector="expected_evidence", queries=100, anytime=True, seed=0)
    prepared = prepare(source, "s", references, (), terms, alpha=0.1)
    plain = plan_draws(prepared, terms).exam
    labels = prepared.labels.copy()
    labels[1] = labels[0]
    twins = plan_draws(replace(prepared, labels=labels), terms).exam
    assert twins.swapped == 1.0
    assert plain.swapped < twins.limit <= 0.99


def test_a_source_on_top_of_a_reference_withholds_the_verdict() -> None:
    _, references, _, labels = world(6, 14)
    rng = np.random.default_rng(2)
    base = references[3].responses.labels
    crafted = np.where(rng.random(_N) < 0.5, labels, base)
    terms = SelectTerms(selector="expected_evidence", queries=100, anytime=True, seed=0)
    bar = Terms(methods=(), rule="conformal", alpha=0.1, null=NullKind.N2, select=terms)

    def against(claimed: IntArray) -> Judgement:
        mine = labelled("source", claimed)
        prepared = prepare(mine, "suspect", references, (), terms, alpha=0.1)
        asked = labelled("suspect", labels).at(plan_draws(prepared, terms).order)
        return judge_selected(mine, asked, references, bar, terms)

    found = against(crafted)
    assert references[3].responses.model in [one.reference for one in found.suspicions]
    assert found.decision.verdict is not Verdict.RELATED
    # the copy itself is still found with the plain source
    assert against(np.where(rng.random(_N) < 0.95, labels, 0)).decision.verdict is Verdict.RELATED


def test_a_kind_of_copy_is_judged_without_its_kind_choosing() -> None:
    source, references, suspect, labels = world(3, 14)
    rng = np.random.default_rng(0)

    def copy(name: str, kept: float, kind: str) -> OwnCopy:
        own = np.where(rng.random(_N) < kept, labels, rng.integers(0, _CLASSES, _N))
        return OwnCopy(responses=labelled(name, own), kind=kind)

    copies = [copy("a1", 0.95, "a"), copy("a2", 0.9, "a"), copy("b1", 0.9, "b")]
    terms = SelectTerms(selector="own_copies", queries=40, anytime=False, seed=0)
    bar = Terms(methods=(), rule="conformal", alpha=0.1, null=NullKind.N2, select=terms)
    power = power_any(source, suspect, references, copies, bar, "label_evidence", top_k=5)
    assert power is not None
    assert [(one.kind, one.copies) for one in power.kinds] == [("a", 2), ("b", 1)]
    assert power.queries == 40
    # copies of the other kind alone choose for kind b
    prepared = prepare(source, "suspect", references, copies[:2], terms, alpha=0.1)
    alone = judge_selected(
        source, copies[2].responses.at(prepared.chosen), references, bar, terms, copies[:2]
    )
    found = {one.copy: one.similarity for one in power.copies}
    assert found["b1"] == alone.decision.similarity.value


def test_copies_are_found_in_both_forms() -> None:
    *_, labels = world(5, 14)
    rng = np.random.default_rng(1)
    copy = np.where(rng.random(_N) < 0.9, labels, rng.integers(0, _CLASSES, _N))
    for anytime in (False, True):
        found = judged(5, anytime=anytime, suspect=copy, queries=100)
        assert found.decision.verdict is Verdict.RELATED, found.decision.reason


@pytest.mark.calibration
@pytest.mark.parametrize("selector", ["expected_evidence", "null_contrastive"])
def test_honest_models_are_accused_no_more_often_than_alpha(selector: str) -> None:
    trials, alpha = 120, 0.1
    accused = sum(
        judged(seed, selector=selector, alpha=alpha).decision.verdict is Verdict.RELATED
        for seed in range(trials)
    )
    # 4.4 standard deviations of a binomial: one failure in 100,000 tests of a valid rule
    assert accused <= trials * alpha + 4.4 * math.sqrt(trials * alpha * (1 - alpha))
    # a rule that never accuses would pass too, and be of no use
    assert accused > 0


@pytest.mark.calibration
def test_draws_accuse_honest_models_no_more_often_than_both_errors_together() -> None:
    trials, alpha = 120, 0.1
    accused = sum(
        judged(seed, anytime=True, alpha=alpha, queries=100).decision.verdict is Verdict.RELATED
        for seed in range(trials)
    )
    both = alpha + 1 / 10
    assert accused <= trials * both


@pytest.mark.calibration
def test_a_suspect_at_the_very_bound_is_accused_by_the_draw_with_chance_alpha_at_most() -> None:
    rng, alpha, trials = np.random.default_rng(8), 0.1, 2000
    truth = dict(enumerate((np.arange(100) < 30).tolist()))
    reached = 0
    for _ in range(trials):
        plan = _plan(0.3, rng.permutation(100)[: most_asked(100)], 100)
        at = standing(plan, truth, settled=len(plan.order), alpha=alpha)
        reached += at.stopped is Stop.EVIDENCE
    assert reached <= trials * alpha + 4.4 * math.sqrt(trials * alpha * (1 - alpha))
    assert reached > trials * alpha / 20

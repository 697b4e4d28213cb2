"""The references among themselves: swap test, related ones, left out ones, too few."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from modelkin.answers.exact_binomial import share_interval
from modelkin.answers.outliers import outlying_pairs
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.lineup import Lineup, find_suspicions, swap_test
from modelkin.pipeline.null import Reference
from modelkin.records import Access, FloatArray, NullKind, OutputKind, Responses, Verdict

_N, _K = 200, 6


def answers(name: str, values: FloatArray) -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool="p",
        pool_digest="q",
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(_N),
        parts=("part",) * _N,
        asked=_N,
    )


def scores(seed: int, weight: float = 0.0, base: int = 1) -> FloatArray:
    """Models of one task that share ``weight`` of a base's own part."""
    common = np.random.default_rng(999).normal(size=(_N, _K))
    mine, its = (np.random.default_rng(s).normal(size=(_N, _K)) for s in (seed, base))
    own = weight * its + np.sqrt(1 - weight**2) * mine
    return np.asarray(common + own, dtype=np.float64)


SOURCE, COPY = answers("source", scores(1)), answers("copy", scores(2, 0.95))


def honest(n: int = 24, first: int = 100) -> list[Reference]:
    return [Reference(answers(f"r{i}", scores(first + i)), f"f{i}", NullKind.N2) for i in range(n)]


def run(
    suspect: Responses = COPY,
    references: Sequence[Reference] = (),
    *,
    leave_out: tuple[str, ...] = (),
    methods: tuple[str, ...] = ("log_correlation",),
    alpha: float = 0.05,
) -> Judgement:
    terms = Terms(methods=methods, rule="conformal", alpha=alpha, null=None, leave_out=leave_out)
    return judge(SOURCE, suspect, references or honest(), terms)


def test_the_chairs_hold_the_p_values_by_definition() -> None:
    found = run()
    assert found.swap is not None
    names = [chair.reference for chair in found.swap.chairs]
    assert names == [f"r{i}" for i in range(24)]
    for i, chair in list(enumerate(found.swap.chairs))[::8]:
        as_source = judge(
            honest()[i].responses,
            COPY,
            [one for one in honest() if one.family != chair.family],
            Terms(methods=("log_correlation",), rule="conformal", alpha=0.05, null=None),
        )
        assert chair.p_value == as_source.decision.p_value
        assert as_source.decision.null is not None
        best = max(as_source.decision.null.scores, key=lambda score: score.similarity or 0.0)
        assert chair.nearest == best.reference
        assert chair.nearest_similarity == pytest.approx(best.similarity, abs=1e-8)
        suspect = as_source.decision.similarity.value
        assert chair.suspect_similarity == pytest.approx(suspect, abs=1e-8)


def test_a_copy_is_accused_in_the_source_s_chair_only() -> None:
    swap = run().swap
    assert swap is not None
    assert swap.share < 0.25
    assert swap.as_similar == 0
    assert swap.share == swap.accused / 24


def lineup_of(seed: int, n: int) -> Lineup:
    """A source, an honest suspect and n honest references, as if a compare had rated them."""
    rows = [scores(seed + i).ravel() for i in range(n + 2)]
    names = tuple(f"r{i}" for i in range(n))
    return Lineup(similarities=np.corrcoef(rows), names=names, families=names, queries=_N)


@pytest.mark.calibration
def test_an_honest_suspect_is_accused_in_as_many_chairs_as_alpha_says() -> None:
    runs, alpha = 150, 0.1
    shares = [swap_test(lineup_of(5000 + 40 * seed, 19), alpha).share for seed in range(runs)]
    # chairs of one run hang together, so the runs are the unit
    error = 4 * float(np.std(shares)) / np.sqrt(runs)
    assert np.mean(shares) <= alpha + error
    assert np.mean(shares) >= alpha - error - 1 / 19, "p-values are steps of 1/19"


def test_a_suspect_that_resembles_everybody_is_said_to() -> None:
    everybody = np.mean([scores(100 + i) for i in range(24)] + [scores(1)], axis=0)
    found = run(answers("average", everybody))
    assert found.decision.verdict is Verdict.RELATED, "the p-value alone would accuse it"
    assert found.swap is not None
    assert found.swap.accused == 24
    assert any("related to 24 of 24 references too" in warning for warning in found.warnings)


def test_alpha_below_the_floor_of_the_chairs_counts_the_floor() -> None:
    swap = run(references=honest(19)).swap
    assert swap is not None
    assert swap.level == 1 / 19, "18 other families are left for each chair"


def test_too_few_families_give_no_swap_test() -> None:
    assert run(references=honest(2)).swap is None
    one_family = [replace(one, family="f") for one in honest(8)]
    assert run(references=one_family).swap is None


def test_members_of_one_family_are_no_null_for_each_other() -> None:
    twins = [replace(one, family=f"f{i // 2}") for i, one in enumerate(honest())]
    swap = run(references=twins).swap
    assert swap is not None
    families = {chair.reference: chair.family for chair in swap.chairs}
    assert all(families[chair.nearest] != chair.family for chair in swap.chairs)
    assert min(chair.p_value for chair in swap.chairs) >= 1 / 12


def test_a_reference_related_to_the_source_is_named() -> None:
    hidden = Reference(answers("cousin", scores(3, 0.93)), "f-cousin", NullKind.N2)
    found = run(references=[*honest(), hidden])
    (suspicion,) = found.suspicions
    assert (suspicion.reference, suspicion.other) == ("cousin", None)
    assert suspicion.similarity > suspicion.next_similarity
    (warning,) = (one for one in found.warnings if "far nearer to the source" in one)
    assert "--leave-out cousin" in warning


def test_two_related_references_are_named() -> None:
    twin = Reference(answers("twin", scores(4, 0.95, base=105)), "f-twin", NullKind.N2)
    found = run(references=[*honest(), twin])
    (suspicion,) = found.suspicions
    assert {suspicion.reference, suspicion.other} == {"twin", "r5"}
    assert any("they count as one family" in warning for warning in found.warnings)
    same = [replace(one, family="f-twin") if one.family == "f5" else one for one in honest()]
    assert run(references=[*same, twin]).suspicions == (), "one family may be alike"


@pytest.mark.calibration
def test_honest_references_are_hardly_ever_named() -> None:
    runs = 200
    named = sum(bool(find_suspicions(lineup_of(20_000 + 50 * seed, 24))) for seed in range(runs))
    assert share_interval(named, runs, 0.01)[0] <= 0.02


def test_a_reference_is_left_out_on_the_user_s_word_only() -> None:
    cousin = Reference(answers("cousin", scores(3, 0.99)), "f-cousin", NullKind.N2)
    everyone = [*honest(), cousin]
    hidden = run(references=everyone)
    assert hidden.decision.verdict is Verdict.NO_EVIDENCE, "the cousin hides the copy"
    found = run(references=everyone, leave_out=("cousin",))
    assert found.decision.verdict is Verdict.RELATED
    assert found.left_out == ("cousin",)
    assert any("on the user's word" in one.reason for one in found.skipped)
    (warning,) = (one for one in found.warnings if "left out on the user's word" in one)
    assert "cousin; without them p = 0.04, with them p = 0.0769" in warning


def test_too_few_references_say_what_more_would_buy() -> None:
    found = run(references=honest(5))
    assert found.decision.verdict is Verdict.INCONCLUSIVE
    (warning,) = (one for one in found.warnings if "needed" in one)
    assert "5 independent families support no p-value under 0.167" in warning
    assert "14 more for alpha 0.05, 94 more for alpha 0.01" in warning


def test_references_that_cannot_serve_are_said_to() -> None:
    narrow = [
        replace(one, responses=replace(one.responses, values=one.responses.values[:, :3]))
        for one in honest(3)
    ]
    decision = run(references=narrow).decision
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.reason.startswith("none of 3 references could serve (reference r0: has another")


def test_outliers_need_both_sides_and_a_gap() -> None:
    rated = np.full((12, 12), 0.5) + np.random.default_rng(0).normal(0, 0.01, (12, 12))
    rated = (rated + rated.T) / 2
    np.fill_diagonal(rated, 1.0)
    families = [str(i) for i in range(12)]
    assert outlying_pairs(rated, families) == []
    rated[2, 7] = rated[7, 2] = 0.9
    (pair,) = outlying_pairs(rated, families)
    assert (pair.first, pair.second, pair.similarity) == (2, 7, 0.9)
    rated[2, 9] = rated[9, 2] = rated[7, 9] = rated[9, 7] = 0.9
    assert outlying_pairs(rated, families) == [], "a cluster of like models is no outlier"
    assert outlying_pairs(rated[:6, :6], families[:6]) == [], "too few others to know"

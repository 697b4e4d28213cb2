from dataclasses import replace

import numpy as np
import pytest

from modelkin.errors import IncompatibleError, UnknownNameError
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.records import (
    Access,
    FloatArray,
    NullKind,
    OutputKind,
    Relation,
    Responses,
    Verdict,
)

_N, _K = 240, 6


def scores(seed: int, weight: float = 0.0, base: FloatArray | None = None) -> FloatArray:
    """Logits that share ``weight`` of a base's."""
    own = np.random.default_rng(seed).normal(size=(_N, _K)) * 3
    common = np.random.default_rng(999).normal(size=(_N, _K)) * 3
    mixed = 0.7 * common + own  # honest models of one task agree to some degree
    return mixed if base is None else weight * base + (1 - weight) * mixed


def make(name: str, values: FloatArray, kind: OutputKind = OutputKind.LOGITS) -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool="p",
        pool_digest="q",
        values=values,
        kind=kind,
        access=Access.LABEL if kind is OutputKind.LABELS else Access.SCORES,
        index=np.arange(len(values)),
        parts=tuple("low" if row % 3 else "high" for row in range(len(values))),
        asked=len(values),
    )


SOURCE = make("source", scores(1))
COPY = make("copy", scores(2, 0.95, scores(1)))
HONEST = make("honest", scores(3))


def references(n: int, null: NullKind | None = NullKind.N2) -> list[Reference]:
    return [Reference(make(f"r{i}", scores(100 + i)), f"f{i}", null) for i in range(n)]


def run(
    suspect: Responses,
    n: int = 24,
    *,
    source: Responses = SOURCE,
    honest: list[Reference] | None = None,
    methods: tuple[str, ...] = (),
    alpha: float = 0.05,
    null: NullKind | None = None,
) -> Judgement:
    terms = Terms(methods=methods, rule="conformal", alpha=alpha, null=null)
    return judge(source, suspect, references(n) if honest is None else honest, terms)


def test_a_copy_is_related_at_the_floor() -> None:
    decision = run(COPY).decision
    assert decision.verdict is Verdict.RELATED
    assert decision.p_value == pytest.approx(1 / 25)
    assert decision.null is not None
    assert decision.null.kind is NullKind.N2


def test_an_honest_model_gives_no_evidence() -> None:
    found = run(HONEST)
    assert found.decision.verdict is Verdict.NO_EVIDENCE
    assert found.decision.p_value is not None
    assert found.decision.p_value > 0.05


def test_what_honest_models_share_is_taken_out_of_every_rating() -> None:
    found = run(COPY)
    decision = found.decision
    null = decision.null
    assert null is not None
    assert decision.score is not None
    assert null.cohort == 24
    raw = [one.similarity for one in null.scores if one.similarity is not None]
    assert len(raw) == 24
    # the copy explains the source, so next to nothing is left for an honest model to share
    assert max(one.value for one in null.scores) < max(raw)
    plain = judge(SOURCE, COPY, references(24), _terms(cohort=False)).decision
    assert plain.null is not None
    assert (plain.score, plain.null.cohort) == (None, 0)
    assert [one.value for one in plain.null.scores] == pytest.approx(raw)
    assert plain.judged == plain.similarity.value == decision.similarity.value


def test_the_order_of_the_references_changes_nothing() -> None:
    crowd = [Reference(r.responses, f"f{i % 21}", r.null) for i, r in enumerate(references(24))]
    first, second = (run(COPY, honest=listed).decision for listed in (crowd, crowd[::-1]))
    assert first.score == pytest.approx(second.score)
    assert first.p_value == second.p_value
    assert first.null is not None
    assert second.null is not None
    found = {one.reference: one.value for one in second.null.scores}
    assert found == pytest.approx({one.reference: one.value for one in first.null.scores})


def _terms(*, cohort: bool) -> Terms:
    return Terms(methods=(), rule="conformal", alpha=0.05, null=None, cohort=cohort)


def test_without_references_nothing_is_claimed() -> None:
    decision = run(COPY, 0).decision
    assert (decision.verdict, decision.p_value) == (Verdict.INCONCLUSIVE, None)
    assert "at least 19 independent honest models" in decision.reason


def test_too_few_references_for_alpha() -> None:
    decision = run(COPY, 12).decision
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert "12 independent families cannot support alpha 0.05" in decision.reason


def test_a_family_counts_once() -> None:
    crowd = [Reference(r.responses, f"f{i % 3}", r.null) for i, r in enumerate(references(24))]
    decision = run(COPY, honest=crowd).decision
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.null is not None
    assert decision.null.floor == pytest.approx(1 / 4)


def test_identical_answers_need_no_references() -> None:
    decision = run(make("twin", SOURCE.values.astype(np.float64)), 0).decision
    assert (decision.verdict, decision.relation) == (Verdict.RELATED, Relation.IDENTICAL)
    assert decision.p_value is None
    assert "bit for bit" in decision.reason


def test_copies_among_the_references_are_left_out() -> None:
    polluted = [
        *references(24),
        Reference(make("leak", SOURCE.values.astype(np.float64)), "leak", None),
    ]
    found = run(COPY, honest=polluted)
    assert found.decision.verdict is Verdict.RELATED
    assert any("answers exactly like the source" in skip.reason for skip in found.skipped)


def test_the_suspect_among_the_references_is_left_out() -> None:
    found = run(COPY, honest=[*references(24), Reference(COPY, "again", None)])
    assert found.decision.verdict is Verdict.RELATED
    assert any("one of the two models" in skip.reason for skip in found.skipped)


def test_permuted_classes_do_not_hide_a_copy() -> None:
    shuffled = make("shuffled", COPY.values[:, ::-1].astype(np.float64))
    found = run(shuffled)
    assert found.alignment.label_sets == "permuted"
    assert found.decision.verdict is Verdict.RELATED
    assert not set(found.used.tolist()) & set(found.alignment.spent.tolist())


def test_other_label_sets_are_compared_by_geometry() -> None:
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(_K, _K)))[0][:, :4]
    head = make("head", SOURCE.values.astype(np.float64) @ turn)
    found = run(head, honest=headed(24))
    assert found.similarities[0].method == "whitened_cka"
    assert {"method total_variation", "method log_correlation"} <= {
        skip.subject for skip in found.skipped
    }
    assert found.decision.verdict is Verdict.RELATED


def test_references_that_are_unrelated_functions_accuse_nobody() -> None:
    decision = run(COPY, null=NullKind.N0).decision
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert decision.p_value == pytest.approx(1 / 25)
    assert "unrelated functions only (N0)" in decision.reason
    exact = replace(SOURCE, model="exact", model_digest="exact")
    assert run(exact, null=NullKind.N0).decision.verdict is Verdict.RELATED


def headed(n: int) -> list[Reference]:
    """Honest models of other classes than the source's."""
    found: list[Reference] = []
    for one in references(n):
        rng = np.random.default_rng([6, n, len(found)])
        turn = np.linalg.qr(rng.normal(size=(_K, _K)))[0][:, :4]
        values = one.responses.values.astype(np.float64) @ turn
        found.append(replace(one, responses=make(one.responses.model, values)))
    return found


@pytest.mark.parametrize("width", [_K, _K - 2])
def test_models_of_the_source_s_classes_are_no_null_for_one_of_others(width: int) -> None:
    """Honest models of other classes share less with those than any of them does."""
    verdicts = []
    for seed in range(30):
        stranger = make("stranger", np.random.default_rng(700 + seed).normal(size=(_N, width)))
        found = run(stranger)
        assert found.alignment.label_sets == "different"
        verdicts.append(found.decision.verdict)
    assert Verdict.RELATED not in verdicts
    kin = np.linalg.qr(np.random.default_rng(5).normal(size=(_K, _K)))[0][:, :width]
    head = run(make("head", SOURCE.values.astype(np.float64) @ kin))
    assert head.decision.verdict is Verdict.INCONCLUSIVE
    assert any("has the source's classes" in skip.reason for skip in head.skipped)


def test_models_of_the_source_s_classes_can_clear_one_of_others() -> None:
    noise = np.random.default_rng(8).normal(size=(_N, _K - 2))
    common = np.random.default_rng(999).normal(size=(_N, _K)) * 3
    near = [Reference(make(f"n{i}", scores(300 + i) + common), f"f{i}") for i in range(24)]
    decision = run(make("stranger", noise), honest=near, methods=("cka",)).decision
    assert decision.verdict is Verdict.NO_EVIDENCE
    assert decision.null is not None
    assert len(decision.null.family_scores) == 24


def test_labels_only_are_judged_by_agreement() -> None:
    def seen(responses: Responses) -> Responses:
        return make(
            responses.model, responses.labels[:, None].astype(np.float64), OutputKind.LABELS
        )

    honest = [Reference(seen(r.responses), r.family, r.null) for r in references(24)]
    found = run(seen(COPY), source=seen(SOURCE), honest=honest)
    assert [s.method for s in found.similarities] == ["label_agreement"]
    assert found.decision.verdict is Verdict.RELATED
    twin = run(seen(SOURCE), 0, source=seen(SOURCE), honest=[])
    assert twin.decision.verdict is Verdict.INCONCLUSIVE, "equal labels are no proof"


def test_a_saturated_part_is_dropped_and_said() -> None:
    dead = COPY.values.copy().astype(np.float64)
    dead[np.arange(_N) % 3 == 0] = 0.0
    found = run(make("half-dead", dead))
    assert set(found.dropped) == {"high"}
    assert found.used.tolist() == [row for row in range(_N) if row % 3]


def test_a_mute_model_cannot_be_told() -> None:
    dead = np.zeros((_N, _K))
    dead[:3] = SOURCE.values[:3]
    decision = run(make("mute", dead)).decision
    assert decision.verdict is Verdict.INCONCLUSIVE
    assert "cannot tell: 'mute' hardly answer" in decision.reason


def test_named_methods_run_and_the_first_decides() -> None:
    found = run(COPY, methods=("cka", "ddv"))
    assert [s.method for s in found.similarities] == ["cka", "ddv"]
    assert found.decision.similarity.method == "cka"
    with pytest.raises(UnknownNameError, match="no method named 'dvv'"):
        run(COPY, methods=("dvv",))


def test_a_named_method_that_does_not_fit_is_an_error() -> None:
    labels = make("l", SOURCE.labels[:, None].astype(np.float64), OutputKind.LABELS)
    with pytest.raises(IncompatibleError, match="needs scores"):
        run(labels, methods=("cka",))


def test_the_weakest_recorded_null_is_reported() -> None:
    mixed = [*references(12, NullKind.N3), *references(24, NullKind.N1)[12:]]
    found = run(COPY, honest=mixed)
    assert found.decision.null is not None
    assert found.decision.null.kind is NullKind.N1
    unknown = run(COPY, honest=references(24, None))
    assert any("weakest (N1) is assumed" in warning for warning in unknown.warnings)
    stated = run(COPY, honest=references(24, None), null=NullKind.N3)
    assert stated.decision.null is not None
    assert stated.decision.null.kind is NullKind.N3


def test_intervals_hold_the_value_and_shrink_with_queries() -> None:
    found = {s.method: s for s in run(COPY).similarities}
    assert found["total_variation"].distance is not None
    for similarity in found.values():
        assert similarity.low is not None
        assert similarity.high is not None
        assert similarity.low <= similarity.value <= similarity.high <= 1.0

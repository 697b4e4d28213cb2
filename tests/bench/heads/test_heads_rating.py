"""Ratings of hand-made models, whose kinship is known."""

import numpy as np
import pytest

from modelkin.bench.heads.across import speakers, with_cohort
from modelkin.bench.heads.block_cka import block_cka
from modelkin.bench.heads.cohort_ridge import blocks_of, without_cohort
from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.heads.pool_twins import twins_chosen
from modelkin.bench.heads.rating import PARTIAL, PLAIN, RELATIVE, rate
from modelkin.bench.heads.verdicts import rule_all
from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.errors import IncompatibleError
from modelkin.fingerprints.graded_geometry import GradedGeometry
from modelkin.methods.graded_cka import GradedCka
from modelkin.records import Access, FloatArray, OutputKind, Responses

_QUERIES, _FAMILIES = 300, 12


def head(family: int, number: int, *, int8: bool = False) -> Head:
    return Head(
        name=f"f{family}-{number}{'-int8' if int8 else ''}",
        backbone=f"f{family}",
        arch="resnet",
        task="siblings" if family < 4 else f"task{family}",
        half="a",
        tuning=Tuning.FROZEN,
        int8=int8,
        lesson=None,
        seed=0,
    )


def told(one: Head, values: FloatArray, parts: tuple[str, ...]) -> Responses:
    return Responses(
        model=one.name,
        model_digest=one.name,
        pool="p",
        pool_digest="p",
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(len(values)),
        parts=parts,
        asked=len(values),
    )


def world(*, parts: int = 1) -> tuple[list[Head], list[Responses]]:
    """Three heads on every backbone; what siblings see alike goes into their features."""
    rng = np.random.default_rng(0)
    names = tuple(f"part{row % parts}" for row in range(_QUERIES))
    seen = rng.normal(size=(_QUERIES, 6))
    models, answers = [], []
    for family in range(_FAMILIES):
        features = rng.normal(size=(_QUERIES, 10))
        if family < 4:
            features[:, :6] = 0.7 * features[:, :6] + 0.7 * seen
        for number in range(3):
            one = head(family, number)
            models.append(one)
            answers.append(told(one, features @ rng.normal(size=(10, 4)), names))
    return models, answers


def test_block_cka_is_debiased_cka() -> None:
    for parts in (1, 5):
        _, answers = world(parts=parts)
        clouds = [GradedGeometry().extract(one) for one in answers[:9]]
        blocks = blocks_of(clouds)
        assert len(blocks) == parts
        found, measure = block_cka(clouds, blocks), DebiasedCka()
        for row in range(9):
            for column in range(9):
                expected = measure.pair(clouds[row], clouds[column])
                assert found[row, column] == pytest.approx(expected, abs=1e-5)


def test_a_cloud_of_nothing_rates_nothing() -> None:
    rng = np.random.default_rng(0)
    clouds = [np.zeros((20, 2)), rng.normal(size=(20, 2)), np.zeros((20, 1))]
    found = block_cka(clouds, blocks_of(clouds))
    assert found[0, 1] == found[0, 2] == 0


def test_blocks_join_where_one_model_joins_them() -> None:
    apart = np.zeros((6, 2))
    apart[:3, 0], apart[3:, 1] = 1, 2
    assert [len(rows) for rows in blocks_of([apart])] == [3, 3]
    assert [len(rows) for rows in blocks_of([apart, np.ones((6, 1))])] == [6]
    silent = np.zeros((6, 1))
    assert [len(rows) for rows in blocks_of([silent])] == [1] * 6


def test_ridge_takes_out_what_the_cohort_answers_and_leaves_the_rest() -> None:
    rng = np.random.default_rng(3)
    common = rng.normal(size=(200, 1))
    own = rng.normal(size=(200, 2))
    cohort = [np.hstack([common, rng.normal(size=(200, 1))]) for _ in range(40)]
    cloud = np.hstack([common, own])
    blocks = [np.arange(200)]
    left = without_cohort([cloud], cohort, ridge=0.02, blocks=blocks)[0]
    kept = (left**2).sum(axis=0) / ((cloud - cloud.mean(axis=0)) ** 2).sum(axis=0)
    assert kept[0] < 0.01
    assert (kept[1:] > 0.4).all()
    assert np.allclose(left.mean(axis=0), 0)
    untouched = without_cohort([cloud], [], ridge=0.02, blocks=blocks)[0]
    assert np.allclose(untouched, cloud)
    with pytest.raises(IncompatibleError, match="ridge"):
        without_cohort([cloud], cohort, ridge=0.0, blocks=blocks)


def test_twins_that_a_source_chose_move_its_kin() -> None:
    models, answers = world()
    clouds = [GradedGeometry().extract(one) for one in answers]
    found = twins_chosen(clouds, [np.arange(_QUERIES)])
    kin = [found[a, b] for a in range(36) for b in range(36) if a != b and a // 3 == b // 3]
    others = [
        found[a, b]
        for a in range(12, 36)
        for b in range(12, 36)
        if models[a].backbone != models[b].backbone
    ]
    assert np.mean(kin) > 0.1
    assert abs(np.mean(others)) < 0.03
    assert np.diag(found).min() > max(found[a, b] for a in range(36) for b in range(36) if a != b)


def test_every_method_rates_kin_above_strangers() -> None:
    models, answers = world(parts=2)
    mute = np.zeros(len(models), dtype=np.bool_)
    mute[5] = True
    rated = rate(models, answers, mute, _QUERIES)
    assert {PLAIN, PARTIAL, RELATIVE, "residual", "whitened_cka", "twins_min"} <= set(rated.methods)
    method = GradedCka()
    expected = method.rate(method.fingerprint_of(answers[0]), method.fingerprint_of(answers[4]))
    assert rated.methods[PLAIN][0, 4] == pytest.approx(expected, abs=1e-5)
    for name, matrix in rated.methods.items():
        assert np.isnan(matrix[5]).all(), name
        assert np.isnan(matrix[:, 5]).all(), name
        assert np.allclose(matrix, matrix.T, equal_nan=True), name
        kin = [matrix[a, a + 1] for a in range(0, 36, 3)]
        far = [matrix[a, b] for a in range(12, 24) for b in range(24, 36)]
        assert np.nanmin(kin) > np.nanquantile(far, 0.9), name


def test_a_cohort_holds_neither_family_of_the_pair() -> None:
    models, answers = world()
    clouds = [GradedGeometry().extract(one) for one in answers]
    similarity = block_cka(clouds, blocks_of(clouds))
    cohort = speakers(models, [True] * len(models))
    assert [models[at].backbone for at in cohort.values()] == list(cohort)
    before = with_cohort(models, similarity, cohort, relative=True)
    changed = similarity.copy()
    speaker = cohort["f7"]
    changed[speaker], changed[:, speaker] = 0.5, 0.5
    after = with_cohort(models, changed, cohort, relative=True)
    same = [at for at, one in enumerate(models) if one.backbone == "f7" and at != speaker]
    rest = [at for at, one in enumerate(models) if one.backbone != "f7"]
    assert np.array_equal(before[np.ix_(same, rest)], after[np.ix_(same, rest)])
    assert not np.allclose(before[np.ix_(rest, rest)], after[np.ix_(rest, rest)])


def test_strangers_as_references_accuse_siblings() -> None:
    models, answers = world()
    clouds = [GradedGeometry().extract(one) for one in answers]
    similarity = block_cka(clouds, blocks_of(clouds))
    cohort = {name: at for name, at in speakers(models, [True] * 36).items() if name != "f11"}
    extra = [replace_task(one) for one in models]
    methods = {
        PLAIN: similarity,
        RELATIVE: with_cohort(extra, similarity, cohort, relative=True),
    }
    ruled = rule_all(extra, methods, cohort, sources=[0, 3], suspects=range(36), seed=0)
    kin = [one.called for one in ruled if one.related]
    assert kin
    assert all(kin)
    for rule in (PLAIN, RELATIVE):
        honest = [one for one in ruled if one.null == "n1" and one.rule == rule]
        assert np.mean([one.called for one in honest]) <= 0.2
    assert {one.null for one in ruled} == {"", "n1", "n3"}
    assert not any(one.related and one.null for one in ruled)


def replace_task(one: Head) -> Head:
    """Two siblings only, so that there are references enough of other tasks."""
    family = int(one.backbone[1:])
    return head(family, int(one.name[-1])) if family < 2 or family > 3 else _lone(one)


def _lone(one: Head) -> Head:
    return Head(**{**one.__dict__, "task": f"lone{one.backbone}"})

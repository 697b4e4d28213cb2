"""Grades are compared within themselves, and mute ones say nothing."""

from dataclasses import replace

import numpy as np
import pytest

from modelkin.answers.alignment import Alignment
from modelkin.fingerprints.graded_geometry import GradedGeometry
from modelkin.methods.graded_cka import GradedCka
from modelkin.pipeline.choosing import choose_methods
from modelkin.records import Access, FloatArray, OutputKind, Responses

PARTS = ("even-a",) * 200 + ("even-b",) * 200
RNG = np.random.default_rng(0)
BACKBONE = RNG.normal(size=(400, 6))


def answers(
    features: FloatArray,
    seed: int,
    *,
    classes: int = 4,
    shift: float = 0.0,
    parts: tuple[str, ...] = PARTS,
) -> Responses:
    """Logits of a random head; ``shift`` moves the second part by as much."""
    head = np.random.default_rng(seed).normal(size=(features.shape[1], classes))
    values = features @ head
    values[200:] += shift * np.random.default_rng(5).normal(size=classes)
    return Responses(
        model=f"m{seed}",
        model_digest=f"{seed}",
        pool="p",
        pool_digest="d",
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(400),
        parts=parts,
        asked=400,
    )


def rate(a: Responses, b: Responses) -> float:
    method = GradedCka()
    return method.rate(method.fingerprint_of(a), method.fingerprint_of(b))


def test_heads_on_one_backbone_are_alike_and_strangers_are_not() -> None:
    other = np.random.default_rng(9).normal(size=(400, 6))
    assert rate(answers(BACKBONE, 1), answers(BACKBONE, 2)) > 0.2
    assert abs(rate(answers(BACKBONE, 1), answers(other, 3))) < 0.03


def test_what_differs_between_parts_is_no_kinship() -> None:
    other = np.random.default_rng(9).normal(size=(400, 6))
    pair = answers(BACKBONE, 1, shift=50.0), answers(other, 3, shift=50.0)
    assert abs(rate(*pair)) < 0.03
    one = tuple(replace(side, parts=("even",) * 400) for side in pair)
    assert rate(*one) > 0.2


def test_a_mute_part_is_left_out() -> None:
    spoken = answers(BACKBONE, 1)
    silent = answers(BACKBONE, 2)
    silent.values[200:] = silent.values[200]
    print_ = GradedGeometry().extract(silent)
    assert not print_[200:].any()
    assert print_[:200].any()
    assert rate(spoken, silent) > 0.1


def test_short_parts_are_whitened_together() -> None:
    parts = tuple(f"even-{place // 10}" for place in range(200)) + ("even-b",) * 200
    found = GradedGeometry().extract(answers(BACKBONE, 1, parts=parts))
    assert found.shape == (400, 4 + 4)  # the long part, then the others as one
    assert not found[200:, 4:].any()
    assert not found[:200, :4].any()
    np.testing.assert_allclose(found[:10].mean(axis=0), 0, atol=1e-12)
    other = np.random.default_rng(9).normal(size=(400, 6))
    kin, stranger = answers(BACKBONE, 2, parts=parts), answers(other, 3, parts=parts)
    assert rate(answers(BACKBONE, 1, parts=parts), kin) > 0.2
    assert abs(rate(answers(BACKBONE, 1, parts=parts), stranger)) < 0.05


@pytest.mark.parametrize(
    ("prefix", "chosen"), [("even-", "graded_cka"), ("gaussian-", "whitened_cka")]
)
def test_its_own_pool_makes_it_decide_between_other_label_sets(prefix: str, chosen: str) -> None:
    parts = tuple(one.replace("even-", prefix) for one in PARTS)
    source, suspect = (answers(BACKBONE, seed, classes=seed + 2, parts=parts) for seed in (1, 2))
    different = Alignment("different", None, "3 and 4", np.empty(0, np.int64), same_width=False)
    methods, _ = choose_methods(source, suspect, different, ())
    assert methods[0].name == chosen

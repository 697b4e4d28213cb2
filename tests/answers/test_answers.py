import numpy as np
import pytest

from modelkin.answers.alignment import align, reorder
from modelkin.answers.coincidence import coincidence
from modelkin.answers.coverage import constant_share, measure_coverage, one_hot_share
from modelkin.answers.kinds import choose_output, detect_kind
from modelkin.answers.restrict import restrict
from modelkin.answers.scales import log_scores, probabilities
from modelkin.errors import IncompatibleError
from modelkin.records import (
    Access,
    AnyArray,
    FloatArray,
    OutputKind,
    Responses,
    Signature,
    TensorSpec,
)


def make(
    values: AnyArray,
    kind: OutputKind = OutputKind.PROBABILITIES,
    *,
    step: float | None = None,
    access: Access = Access.SCORES,
) -> Responses:
    return Responses(
        model="m",
        model_digest="d",
        pool="p",
        pool_digest="q",
        values=values,
        kind=kind,
        access=access,
        index=np.arange(len(values)),
        parts=("part",) * len(values),
        asked=len(values),
        step=step,
    )


def softmax(logits: FloatArray) -> FloatArray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def cloud(n: int = 200, k: int = 5, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=(n, k)) * 3


def test_logits_and_their_softmax_hold_the_same_centred_scores() -> None:
    logits = cloud() * 5
    from_probabilities = log_scores(make(softmax(logits).astype(np.float32)))
    from_logits = log_scores(make(logits, OutputKind.LOGITS))
    assert np.allclose(from_probabilities, from_logits, atol=1e-4)


def test_a_float_softmax_that_prints_one_keeps_its_logits() -> None:
    logits = np.array([[60.0, 0.0, -10.0]])
    scores = softmax(logits).astype(np.float32)
    assert scores[0, 0] == 1.0
    centred = log_scores(make(scores))
    assert centred[0, 1] - centred[0, 2] == pytest.approx(10.0, abs=1e-3)


def test_quantized_zeros_count_as_half_a_step() -> None:
    centred = log_scores(make(np.array([[1.0, 0.0]], dtype=np.float32), step=1 / 256))
    assert centred[0, 0] - centred[0, 1] == pytest.approx(np.log(512), rel=1e-6)


def test_one_sigmoid_is_two_classes() -> None:
    one = make(np.array([[0.25]]), OutputKind.SIGMOIDS)
    assert np.allclose(probabilities(one), [[0.75, 0.25]])
    scores = log_scores(one)
    assert scores[0, 1] - scores[0, 0] == pytest.approx(np.log(0.25 / 0.75))


@pytest.mark.parametrize(
    ("values", "step", "kind"),
    [
        (softmax(cloud()), None, OutputKind.PROBABILITIES),
        (cloud(), None, OutputKind.LOGITS),
        (np.array([[0.9, 0.8], [0.1, 0.3]]), None, OutputKind.SIGMOIDS),
        (np.array([[0.9], [0.1]]), None, OutputKind.SIGMOIDS),
        (np.array([[9.0], [0.1]]), None, OutputKind.VECTORS),
        (np.array([[3], [1]]), None, OutputKind.LABELS),
        (np.array([[0.5, 0.5078125], [1.0, 0.0]]), 1 / 256, OutputKind.PROBABILITIES),
    ],
)
def test_kinds_are_detected(values: FloatArray, step: float | None, kind: OutputKind) -> None:
    assert detect_kind(values, step, None) is kind


def test_scores_win_over_labels_among_outputs() -> None:
    labels, scores = np.array([[1], [0]]), softmax(cloud(2))
    chosen, step = choose_output([labels, scores], Signature())
    assert step is None
    assert np.array_equal(chosen, scores)


def test_the_step_of_the_chosen_output_is_kept() -> None:
    spec = TensorSpec(name="o", shape=(None, 3), dtype="uint8", scale=1 / 256, zero_point=0)
    assert choose_output([cloud(2, 3)], Signature(outputs=(spec,)))[1] == 1 / 256


def test_several_score_outputs_are_laid_end_to_end() -> None:
    boxes, classes = cloud(4, 6).reshape(4, 3, 2), cloud(4, 3)
    assert choose_output([boxes, classes], Signature())[0].shape == (4, 9)


def test_saturation_is_measured_by_part() -> None:
    values = softmax(cloud(40, 3)).astype(np.float32)
    values[:20] = [1.0, 0.0, 0.0]
    responses = make(values)
    responses = Responses(**{**responses.__dict__, "parts": ("dead",) * 20 + ("live",) * 20})
    dead, live = measure_coverage(responses)
    assert (dead.saturated, dead.constant, dead.one_hot, dead.classes) == (True, 1.0, 1.0, 1)
    assert not live.saturated
    assert live.classes == 3


def test_tiny_entries_are_no_saturation() -> None:
    logits = np.hstack([np.full((50, 1), 60.0), cloud(50, 2)])
    responses = make(softmax(logits).astype(np.float32))
    assert (responses.values[:, 0] == 1.0).all()
    assert constant_share(responses) < 0.1
    assert one_hot_share(responses) == 0.0


def test_permuted_classes_are_matched_on_held_out_queries() -> None:
    logits = cloud()
    order = np.array([3, 0, 4, 1, 2])
    found = align(make(logits, OutputKind.LOGITS), make(logits[:, order], OutputKind.LOGITS))
    assert found.label_sets == "permuted"
    assert set(found.spent // 2 % 4) == {0}, "seeds and twins stay together"
    restored = reorder(make(logits[:, order], OutputKind.LOGITS), found)
    assert np.array_equal(restored.values, logits)


def test_given_order_is_kept_when_it_fits() -> None:
    logits = cloud()
    noisy = logits + cloud(seed=1) / 4
    found = align(make(logits, OutputKind.LOGITS), make(noisy, OutputKind.LOGITS))
    assert (found.label_sets, found.order, len(found.spent)) == ("same", None, 0)


@pytest.mark.parametrize("width", [4, 5])
def test_other_label_sets_are_seen(width: int) -> None:
    a, b = make(cloud(), OutputKind.LOGITS), make(cloud(k=width, seed=9), OutputKind.LOGITS)
    found = align(a, b)
    assert found.label_sets == "different"
    assert found.same_width is (width == 5)


def test_equal_answers_coincide_bit_for_bit() -> None:
    values = softmax(cloud())
    assert coincidence(make(values), make(values.copy())) == "bit for bit"


def test_rounding_coincides_and_a_light_change_does_not() -> None:
    logits = cloud()
    near = softmax(logits.astype(np.float32))
    assert "within rounding" in str(coincidence(make(softmax(logits)), make(near)))
    changed = softmax(logits + cloud(seed=3) / 300)
    assert coincidence(make(softmax(logits)), make(changed)) is None


def test_quantized_outputs_coincide_to_half_a_step() -> None:
    values = softmax(cloud())
    stepped = np.round(values * 256) / 256
    found = coincidence(make(values), make(stepped, step=1 / 256))
    assert "half the output's quantization step" in str(found)
    assert coincidence(make(values), make(np.roll(stepped, 1, axis=0), step=1 / 256)) is None


def test_labels_and_poor_coverage_never_coincide() -> None:
    labels = np.arange(200)[:, None] % 5
    kind = OutputKind.LABELS
    assert coincidence(make(labels, kind), make(labels, kind)) is None
    same = np.tile(softmax(cloud(5, 5)), (40, 1))
    assert coincidence(make(same), make(same)) is None
    one_class = softmax(np.hstack([np.full((200, 1), 30.0), cloud(200, 4)]))
    assert coincidence(make(one_class), make(one_class)) is None


def test_seeing_only_labels() -> None:
    seen = restrict(make(softmax(cloud())), Access.LABEL)
    assert (seen.kind, seen.access, seen.values.shape) == (
        OutputKind.LABELS,
        Access.LABEL,
        (200, 1),
    )
    with pytest.raises(IncompatibleError, match="shows only label"):
        restrict(seen, Access.SCORES)
    with pytest.raises(IncompatibleError, match="no labels"):
        restrict(make(cloud(), OutputKind.VECTORS), Access.LABEL)

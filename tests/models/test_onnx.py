"""ONNX files: signatures, batches, odd outputs and broken files."""

from pathlib import Path

import numpy as np
import pytest
from tests.models.asking import ask
from tests.models.tiny_onnx import (
    FLOAT,
    FLOAT16,
    INT64,
    weights,
    write_classifier,
    write_maps,
    write_onnx,
)

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.formats.onnx import Onnx
from modelkin.models.opening import open_format
from modelkin.records import Access, OutputKind


def rows(count: int, columns: int = 4) -> np.ndarray:
    drawn = np.random.default_rng(1).normal(size=(count, columns))
    return drawn.astype(np.float32)


def test_signature_is_read_from_the_graph(tmp_path: Path) -> None:
    _, model = open_format(str(write_classifier(tmp_path / "m.onnx")))
    (given,) = model.signature.inputs
    assert (given.name, given.shape, given.dtype) == ("x", (None, 4), "float32")
    assert model.signature.outputs[0].shape == (None, 3)
    assert model.signature.access is Access.SCORES


def test_answers_are_right_and_the_input_is_unchanged(tmp_path: Path) -> None:
    _, model = open_format(str(write_classifier(tmp_path / "m.onnx")))
    x = rows(5)
    before = x.copy()
    (found,) = ask(model, x)
    odds = np.exp(x @ weights(4, 3))
    np.testing.assert_allclose(found, odds / odds.sum(axis=1, keepdims=True), rtol=1e-5)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("batch", ["n", 1, 4])
def test_single_rows_equal_the_batch(tmp_path: Path, batch: int | str) -> None:
    _, model = open_format(str(write_classifier(tmp_path / "m.onnx", batch=batch)))
    x = rows(7)
    (together,) = ask(model, x)
    single = np.concatenate([ask(model, one[None])[0] for one in x])
    assert together.shape == (7, 3)
    np.testing.assert_allclose(together, single, rtol=1e-5)


def test_a_reshape_to_one_row_is_run_row_by_row(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "m.onnx",
        nodes=[("Reshape", ["x", "to"], ["y"], {})],
        constants={"to": np.array([1, 2, 2], dtype=np.int64)},
        inputs=[("x", FLOAT, ("n", 4))],
        outputs=[("y", FLOAT, ("n", 2, 2))],
    )
    _, model = open_format(str(path))
    x = rows(3)
    for _ in range(2):
        (found,) = ask(model, x)
        np.testing.assert_array_equal(found, x.reshape(3, 2, 2))


def test_half_precision_comes_back_as_float32(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "m.onnx",
        nodes=[("Cast", ["x"], ["y"], {"to": FLOAT16})],
        constants={},
        inputs=[("x", FLOAT, ("n", 4))],
        outputs=[("y", FLOAT16, ("n", 4))],
    )
    _, model = open_format(str(path))
    assert ask(model, rows(2))[0].dtype == np.float32


def test_integer_answers_are_labels(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "m.onnx",
        nodes=[("Cast", ["x"], ["y"], {"to": INT64})],
        constants={},
        inputs=[("x", FLOAT, ("n", 1))],
        outputs=[("y", INT64, ("n", 1))],
    )
    _, model = open_format(str(path))
    assert model.signature.access is Access.LABEL
    assert model.signature.output is OutputKind.LABELS


def test_several_inputs_are_fed_in_order(tmp_path: Path) -> None:
    path = write_onnx(
        tmp_path / "m.onnx",
        nodes=[("Sub", ["a", "b"], ["y"], {})],
        constants={},
        inputs=[("a", FLOAT, ("n", 4)), ("b", FLOAT, ("n", 4))],
        outputs=[("y", FLOAT, ("n", 4))],
    )
    _, model = open_format(str(path))
    assert [spec.name for spec in model.signature.inputs] == ["a", "b"]
    (found,) = ask(model, rows(2), np.ones((2, 4), np.float32))
    np.testing.assert_array_equal(found, rows(2) - 1)
    with pytest.raises(PredictionError) as caught:
        ask(model, rows(1))
    assert caught.value.hint


def test_wrong_input_is_a_prediction_error(tmp_path: Path) -> None:
    _, model = open_format(str(write_classifier(tmp_path / "m.onnx")))
    with pytest.raises(PredictionError, match="ONNX Runtime failed"):
        ask(model, rows(2, columns=5))


def test_recognised_without_its_ending(tmp_path: Path) -> None:
    path = write_classifier(tmp_path / "model")
    found, _ = open_format(str(path))
    assert isinstance(found, Onnx)


@pytest.mark.parametrize("kept", [1, 7, 60])
def test_truncated_file_is_broken(tmp_path: Path, kept: int) -> None:
    path = write_classifier(tmp_path / "m.onnx")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(BrokenModelError, match="cannot be loaded") as caught:
        open_format(str(path))
    assert caught.value.hint


@pytest.mark.parametrize("classes", [[0, 1, 2], ["cat", "dog", "owl"]])
def test_map_outputs_become_columns(tmp_path: Path, classes: list[int] | list[str]) -> None:
    _, plain = open_format(str(write_classifier(tmp_path / "plain.onnx")))
    _, model = open_format(str(write_maps(tmp_path / "m.onnx", classes)))
    assert model.signature.labels == tuple(str(name) for name in classes)
    assert model.signature.outputs[1].shape == (None, 3)
    x = rows(20)
    labels, scores = ask(model, x)
    np.testing.assert_array_equal(scores, ask(plain, x)[0])
    np.testing.assert_array_equal(labels, scores.argmax(axis=1))
    assert labels.dtype == np.int64


def test_text_answers_of_unknown_classes_are_left_out(tmp_path: Path) -> None:
    path = write_maps(tmp_path / "m.onnx", ["cat", "dog", "owl"], zipped=False)
    _, model = open_format(str(path))
    (scores,) = ask(model, rows(6))
    assert scores.shape == (6, 3)
    assert len(model.signature.outputs) == 1

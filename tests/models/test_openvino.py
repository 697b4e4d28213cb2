"""OpenVINO's own files, and TensorFlow's SavedModel folders through OpenVINO."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.asking import ask
from tests.models.tables import write_openvino

from modelkin.errors import BrokenModelError, PredictionError, UnknownFormatError
from modelkin.models.opened import open_model
from modelkin.models.opening import open_format
from modelkin.models.recognising import is_model_folder
from modelkin.testing.extras import needs_extra

needs_openvino = needs_extra("openvino", "openvino")
DATA = Path(__file__).parent / "data"
X = np.random.default_rng(1).normal(size=(9, 4)).astype(np.float32)


@pytest.fixture
def saved_model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "saved_model", tmp_path / "tiny"))


def convolution(path: Path, *, rows: int) -> Path:
    """A picture model of a fixed or free batch, built by OpenVINO itself."""
    import openvino
    from openvino import opset13 as ops

    pictures = ops.parameter([rows, 8, 8, 3], np.float32, name="image")
    turned = ops.transpose(pictures, np.array([0, 3, 1, 2]))
    kernel = np.random.default_rng(0).normal(size=(5, 3, 3, 3)).astype(np.float32)
    found = ops.convolution(turned, kernel, [1, 1], [0, 0], [0, 0], [1, 1])
    means = ops.reduce_mean(found, np.array([2, 3]), keep_dims=False)
    openvino.save_model(openvino.Model([means], [pictures]), str(path), compress_to_fp16=False)
    return path


@needs_openvino
def test_an_openvino_file_answers_like_the_onnx_file_it_was_made_from(tmp_path: Path) -> None:
    path = write_openvino(tmp_path)
    found, model = open_format(str(path))
    _, source = open_format(str(tmp_path / "source.onnx"))
    assert found.name == "openvino"
    assert model.signature.inputs == source.signature.inputs
    np.testing.assert_allclose(ask(model, X)[0], ask(source, X)[0], atol=1e-6)


@needs_openvino
@pytest.mark.parametrize("rows", [1, 4, -1])
def test_openvino_pictures_with_fixed_and_free_batches(tmp_path: Path, rows: int) -> None:
    _, model = open_format(str(convolution(tmp_path / "m.xml", rows=rows)))
    _, single = open_format(str(convolution(tmp_path / "one.xml", rows=1)))
    pictures = np.random.default_rng(2).random((7, 8, 8, 3)).astype(np.float32)
    (found,) = ask(model, pictures)
    assert found.shape == (7, 5)
    np.testing.assert_allclose(found, ask(single, pictures)[0], rtol=1e-5)
    opened = open_model(str(tmp_path / "m.xml"))
    assert (opened.fed.layout, opened.fed.shape) == ("NHWC", (8, 8))


@needs_openvino
def test_openvino_answers_are_kept_when_it_is_asked_again(tmp_path: Path) -> None:
    _, model = open_format(str(write_openvino(tmp_path)))
    (first,) = ask(model, X)
    before = first.copy()
    ask(model, X + 1)
    np.testing.assert_array_equal(first, before)


@needs_openvino
def test_openvino_weights_belong_to_the_digest(tmp_path: Path) -> None:
    path = write_openvino(tmp_path)
    before = open_model(str(path)).file_digest
    weights = path.with_suffix(".bin")
    content = bytearray(weights.read_bytes())
    content[3] ^= 1
    weights.write_bytes(content)
    assert open_model(str(path)).file_digest != before


@needs_openvino
def test_openvino_without_its_weights_is_broken(tmp_path: Path) -> None:
    path = write_openvino(tmp_path)
    path.with_suffix(".bin").unlink()
    with pytest.raises(BrokenModelError, match=r"there is no 'tiny\.bin' beside it") as caught:
        open_format(str(path))
    assert "copy the .bin file" in caught.value.hint


@needs_openvino
def test_damaged_openvino_files_are_broken(tmp_path: Path) -> None:
    path = write_openvino(tmp_path)
    content, weights = path.read_bytes(), path.with_suffix(".bin")
    weights.write_bytes(b"ab")
    with pytest.raises(BrokenModelError, match="Incorrect weights in bin file") as caught:
        open_format(str(path))
    assert "of one export" in caught.value.hint
    for share in (0.2, 0.7):
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(BrokenModelError, match="cannot be loaded by OpenVINO") as caught:
            open_format(str(path))
        assert "\n" not in str(caught.value)
    path.write_text("<?xml version='1.0'?><settings/>")
    with pytest.raises(UnknownFormatError):
        open_format(str(path))


@needs_openvino
def test_openvino_errors_are_prediction_errors(tmp_path: Path) -> None:
    _, model = open_format(str(write_openvino(tmp_path)))
    with pytest.raises(PredictionError, match="OpenVINO failed") as caught:
        ask(model, X[:, :2])
    assert "inspect" in caught.value.hint


@needs_openvino
def test_saved_model_answers_like_tensorflow(saved_model: Path) -> None:
    with np.load(DATA / "saved_model_answers.npz") as kept:
        for location in (saved_model, saved_model / "saved_model.pb"):
            found, model = open_format(str(location))
            assert found.name == "saved_model"
            np.testing.assert_allclose(ask(model, kept["x"])[0], kept["y"], atol=1e-6)
            assert model.signature.inputs[0].shape == (None, 4)


@needs_openvino
def test_saved_model_digest_is_of_all_its_files(saved_model: Path, tmp_path: Path) -> None:
    before = {str(place): open_model(str(place)).file_digest for place in _places(saved_model)}
    moved = Path(shutil.copytree(saved_model, tmp_path / "moved"))
    assert open_model(str(moved)).file_digest == before[str(saved_model)]
    weights = saved_model / "variables" / "variables.data-00000-of-00001"
    content = bytearray(weights.read_bytes())
    content[8] ^= 64
    weights.write_bytes(content)
    for place, digest in before.items():
        assert open_model(place).file_digest != digest


@needs_openvino
@pytest.mark.parametrize(
    ("missing", "told"),
    [("variables", "'variables/variables.index' is missing"), ("saved_model.pb", "is a folder")],
)
def test_incomplete_saved_models_are_broken(saved_model: Path, missing: str, told: str) -> None:
    gone = saved_model / missing
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    wanted: Any = BrokenModelError if missing == "variables" else UnknownFormatError
    with pytest.raises(wanted, match=told) as caught:
        open_format(str(saved_model))
    assert caught.value.hint
    with pytest.raises(BrokenModelError) as broken:
        open_format(str(saved_model), format_name="saved_model")
    assert broken.value.hint


@needs_openvino
def test_a_truncated_saved_model_is_broken(saved_model: Path) -> None:
    graph = saved_model / "saved_model.pb"
    graph.write_bytes(graph.read_bytes()[:4000])
    with pytest.raises(BrokenModelError, match="cannot be loaded by OpenVINO") as caught:
        open_format(str(saved_model))
    assert "TFLiteConverter" in caught.value.hint


def test_saved_model_folders_are_told_from_others(saved_model: Path, tmp_path: Path) -> None:
    assert is_model_folder(saved_model)
    assert not is_model_folder(saved_model / "variables")
    assert not is_model_folder(tmp_path)
    with pytest.raises(UnknownFormatError, match="is a folder"):
        open_format(str(saved_model), format_name="onnx")


def _places(folder: Path) -> tuple[Path, Path]:
    return folder, folder / "saved_model.pb"

"""LiteRT files: batches, quantization, label files, leading rescaling, damage."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.models import tiny_tflite
from tests.models.asking import ask
from tests.models.tiny_onnx import weights

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.opening import open_format
from modelkin.testing.extras import needs_extra

pytestmark = needs_extra("ai_edge_litert", "tflite")


def rows(count: int) -> np.ndarray:
    drawn = np.random.default_rng(1).normal(size=(count, 4))
    return drawn.astype(np.float32)


@pytest.mark.parametrize("free", [True, False])
def test_rows_and_batches_agree_and_are_right(tmp_path: Path, *, free: bool) -> None:
    _, model = open_format(str(tiny_tflite.write_float(tmp_path / "m.tflite", free=free)))
    assert model.signature.inputs[0].shape == (None if free else 1, 4)
    x = rows(6)
    before = x.copy()
    (together,) = ask(model, x)
    single = np.concatenate([ask(model, one[None])[0] for one in x])
    odds = np.exp(x @ weights(4, 3))
    np.testing.assert_allclose(together, odds / odds.sum(axis=1, keepdims=True), rtol=1e-4)
    np.testing.assert_allclose(together, single, rtol=1e-6)
    np.testing.assert_array_equal(x, before)


def test_an_open_width_is_found_where_a_layer_fixes_it(tmp_path: Path) -> None:
    _, model = open_format(str(tiny_tflite.write_open_width(tmp_path / "m.tflite")))
    assert model.signature.inputs[0].shape == (None, 4)
    x = rows(5)
    np.testing.assert_allclose(ask(model, x)[0], x @ weights(4, 3), rtol=1e-4, atol=1e-6)


def test_a_width_that_nothing_fixes_stays_open(tmp_path: Path) -> None:
    path = tiny_tflite.write_open_width(tmp_path / "m.tflite", dense=False)
    _, model = open_format(str(path))
    assert model.signature.inputs[0].shape == (None, None)


def test_quantized_tensors_are_declared_and_answers_are_reals(tmp_path: Path) -> None:
    path = tiny_tflite.write_quantized(tmp_path / "m.tflite", scale=1.0, zero_point=0)
    _, model = open_format(str(path))
    (given,) = model.signature.inputs
    (answer,) = model.signature.outputs
    assert (given.dtype, given.scale, given.zero_point) == ("uint8", 1.0, 0)
    assert (answer.scale, answer.zero_point) == (0.5, 3)
    x = np.full((2, 8, 8, 3), 50, dtype=np.uint8)
    (found,) = ask(model, x)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, 50.0)


@pytest.mark.parametrize(
    ("factor", "expected"), [(1 / 127.5, True), (1 / 255, True), (4.4, None), (1.0, None)]
)
def test_leading_rescaling_is_seen(tmp_path: Path, factor: float, *, expected: bool | None) -> None:
    _, model = open_format(str(tiny_tflite.write_scaling(tmp_path / "m.tflite", factor=factor)))
    assert model.signature.rescales is expected


@pytest.mark.parametrize(
    ("names", "expected"), [(["a", "b", "c"], ("a", "b", "c")), (["a", "b"], ())]
)
def test_appended_labels_are_read(
    tmp_path: Path, names: list[str], expected: tuple[str, ...]
) -> None:
    path = tiny_tflite.append_labels(tiny_tflite.write_float(tmp_path / "m.tflite"), names)
    found, model = open_format(str(path))
    assert found.name == "tflite"
    assert model.signature.labels == expected


def test_recognised_without_its_ending(tmp_path: Path) -> None:
    assert open_format(str(tiny_tflite.write_float(tmp_path / "m.bin")))[0].name == "tflite"


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
def test_truncated_file_is_broken(tmp_path: Path, share: float) -> None:
    path = tiny_tflite.write_float(tmp_path / "m.tflite")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share) or 1])
    with pytest.raises(BrokenModelError, match="cannot be loaded by LiteRT"):
        open_format(str(path))


def test_flipped_bits_never_crash_the_process(tmp_path: Path) -> None:
    content = tiny_tflite.write_float(tmp_path / "m.tflite").read_bytes()
    rng = random.Random(3)  # noqa: S311 (no secret)
    for number in range(30):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[rng.randrange(8, len(damaged))] ^= 1 << rng.randrange(8)
        (tmp_path / f"bad{number}.tflite").write_bytes(damaged)
    code = (
        "import sys, pathlib\n"
        "from modelkin.errors import ModelkinError\n"
        "from modelkin.models.opening import open_format\n"
        "for path in sorted(pathlib.Path(sys.argv[1]).glob('bad*')):\n"
        "    try:\n        open_format(str(path))\n    except ModelkinError:\n        pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=False, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-500:]


def test_wrong_input_is_a_prediction_error(tmp_path: Path) -> None:
    _, model = open_format(str(tiny_tflite.write_float(tmp_path / "m.tflite")))
    with pytest.raises(PredictionError) as caught:
        ask(model, np.zeros((2, 4), dtype=np.float64))
    assert caught.value.hint
    with pytest.raises(PredictionError, match="takes 1 inputs"):
        ask(model, rows(1), rows(1))

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.apps.making import ROOT, gguf, safetensors, tflite, torch_zip

from modelkin.apps.weights.likeness import likeness
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.tensor import Tensor

FASHION = ROOT / "examples/models/fashion"
Weights = np.ndarray[Any, np.dtype[np.float32]]


def drawn(seed: int) -> Weights:
    return np.random.default_rng(seed).normal(size=(40, 30)).astype(np.float32)


def read(tmp_path: Path, kind: str, content: bytes) -> tuple[Tensor, ...]:
    file = tmp_path / "model"
    file.write_bytes(content)
    found = read_weights(kind, file)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "write"),
    [
        ("tflite", lambda one: tflite([one])),
        ("safetensors", lambda one: safetensors({"w": one})),
        ("gguf", gguf),
        ("torch_weights", lambda one: torch_zip(one.tobytes())),
    ],
)
def test_one_tensor_reads_the_same_from_every_format(
    tmp_path: Path, kind: str, write: Callable[[Weights], bytes]
) -> None:
    (found,) = read(tmp_path, kind, write(drawn(0)))
    (again,) = read(tmp_path, "safetensors", safetensors({"w": drawn(0)}))
    assert found.digest == again.digest
    assert np.array_equal(found.sample, again.sample)
    rated = likeness([found], [again])
    assert rated is not None
    assert rated.equal == 1.0


def test_equal_and_near_and_unrelated_weights(tmp_path: Path) -> None:
    a, b, c = drawn(0), drawn(1), drawn(2)
    one = read(tmp_path, "safetensors", safetensors({"x": a, "y": b}))
    other = read(tmp_path, "safetensors", safetensors({"x": a, "y": c}))
    rated = likeness(one, other)
    assert rated is not None
    assert rated.equal == pytest.approx(0.5)
    assert rated.telling
    near = read(tmp_path, "safetensors", safetensors({"x": a + 0.1 * c, "y": b}))
    close = likeness(one, near)
    assert close is not None
    assert close.correlation is not None
    assert close.correlation > 0.99
    stranger = read(tmp_path, "safetensors", safetensors({"x": c, "y": drawn(3)}))
    apart = likeness(one, stranger)
    assert apart is not None
    assert apart.equal == 0
    assert not apart.telling


def test_constant_and_tiny_tensors_tell_nothing(tmp_path: Path) -> None:
    tensors = {"ones": np.ones((50, 2), np.float32), "bias": np.zeros(3, np.float32)}
    assert read(tmp_path, "safetensors", safetensors(tensors)) == ()
    assert likeness((), ()) is None


def test_damaged_files_and_other_kinds_have_no_weights(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_bytes(tflite()[:60])
    assert read_weights("tflite", file) is None
    assert read_weights("mnn", file) is None
    assert read_weights("torch_weights", file) is None


def test_copies_of_a_model_show_in_its_weights() -> None:
    source = read_weights("onnx", FASHION / "source.onnx")
    tuned = read_weights("onnx", FASHION / "copies/finetuned.onnx")
    honest = read_weights("onnx", FASHION / "honest/b-cnn-1.onnx")
    assert source
    assert tuned
    assert honest
    copied, own = likeness(source, tuned), likeness(source, honest)
    assert copied is not None
    assert copied.correlation is not None
    assert copied.correlation > 0.9
    assert own is not None
    assert not own.telling

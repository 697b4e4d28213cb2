from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.apps.making import ROOT, gguf, safetensors, tflite, torch_zip

from modelkin.apps.refused import RefusedError
from modelkin.apps.weights.layouts import orders, places_in
from modelkin.apps.weights.likeness import likeness
from modelkin.apps.weights.multiset import multiset_digest
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
    assert found.multiset == again.multiset
    # a storage of PyTorch says nothing of its shape
    assert kind == "torch_weights" or np.array_equal(found.samples, again.samples)
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


def test_damaged_files_are_refused_and_other_kinds_have_no_weights(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_bytes(tflite()[:60])
    for kind in ("tflite", "torch_weights", "catboost", "safetensors", "paddle_lite"):
        with pytest.raises(RefusedError, match="weights are not compared"):
            read_weights(kind, file)
    assert read_weights("pickle", file) is None
    assert read_weights("executorch", file) is None


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


@pytest.mark.parametrize(
    "shape", [(32, 16, 3, 3), (16, 16, 3, 3), (64, 3, 3, 3), (40, 40), (32, 1, 5, 5)]
)
@pytest.mark.parametrize("order", [(0, 2, 3, 1), (2, 3, 1, 0), (1, 0, 2, 3), (0, 1, 2, 3)])
def test_a_tensor_is_known_in_every_order_of_its_axes(
    tmp_path: Path, shape: tuple[int, ...], order: tuple[int, ...]
) -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(size=shape).astype(np.float32)
    order = tuple(axis for axis in order if axis < len(shape))
    turned = np.ascontiguousarray(one.transpose(order))
    noise = rng.normal(size=shape).astype(np.float32)
    noisy = np.ascontiguousarray((one + 0.3 * noise).transpose(order))
    first = read(tmp_path, "safetensors", safetensors({"w": one}))
    same = likeness(first, read(tmp_path, "safetensors", safetensors({"w": turned})))
    assert same is not None
    assert same.equal == 1.0
    assert same.correlation == pytest.approx(1.0)
    near = likeness(first, read(tmp_path, "safetensors", safetensors({"w": noisy})))
    assert near is not None
    assert near.equal == 0
    assert near.correlation is not None
    assert near.correlation > 0.9


def test_orders_of_axes_are_few_and_keep_each_place_once() -> None:
    assert orders((64, 32, 3, 3)) == [(2, 3, 1, 0), (3, 2, 1, 0)]
    assert len(orders((3, 64, 3, 3))) == 6
    assert len(orders((5, 5, 5, 5))) == 1
    assert orders((1, 1)) == [()]
    flat = np.arange(24, dtype=np.int64)
    (order,) = orders((4, 2, 3))
    assert sorted(places_in((4, 2, 3), order, flat)) == list(range(24))


def test_values_in_any_order_and_at_half_precision_have_one_digest() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=5000).astype(np.float32)
    digest = multiset_digest(values)
    assert digest
    assert multiset_digest(rng.permutation(values)) == digest
    assert multiset_digest(values.astype(np.float16)) == digest
    assert multiset_digest(np.where(values == 0, 1e-9, values)) == digest
    other = values.copy()
    other[7] += 0.5
    assert multiset_digest(other) != digest
    assert multiset_digest(rng.integers(-20, 20, size=5000).astype(np.int8)) == ""
    assert multiset_digest(np.full(100, np.inf)) == ""


def test_sizes_and_places_that_strangers_share_are_no_weights(tmp_path: Path) -> None:
    numbers = np.arange(5000, dtype=np.int32)
    header = f'{{"w":{{"dtype":"I32","shape":[5000],"data_offsets":[0,{numbers.nbytes}]}}}}'
    content = len(header).to_bytes(8, "little") + header.encode() + numbers.tobytes()
    assert read(tmp_path, "safetensors", content) == ()


def test_strangers_with_many_tensors_of_one_size_stay_strangers(tmp_path: Path) -> None:
    """The nearest of many is nearer than any one, so small and many tensors are the hard case."""
    rng = np.random.default_rng(0)
    models = []
    for _ in range(2):
        held = {f"w{number}": rng.normal(size=(16, 16)) for number in range(60)}
        tensors = {name: one.astype(np.float32) for name, one in held.items()}
        models.append(read(tmp_path, "safetensors", safetensors(tensors)))
    found = likeness(*models)
    assert found is not None
    assert found.aligned == 1.0
    assert found.correlation is not None
    assert found.correlation < 0.3
    assert not found.telling


def test_honest_models_of_one_task_never_read_as_kin() -> None:
    files = [FASHION / "source.onnx", *sorted((FASHION / "honest").glob("*.onnx"))]
    sketches = [read_weights("onnx", file) or () for file in files]
    rated = [likeness(a, b) for a, b in combinations(sketches, 2)]
    found = [one for one in rated if one is not None]
    assert len(found) > 200
    assert max(one.equal for one in found) == 0
    assert max(one.correlation or 0.0 for one in found) < 0.2


def test_hostile_numbers_have_no_samples(tmp_path: Path) -> None:
    one = drawn(0)
    for value in (np.nan, np.inf, -np.inf):
        one[3, 5] = value
        one[0, 0] = value
        (found,) = read(tmp_path, "safetensors", safetensors({"w": one}))
        assert found.samples.size == 0
    signalling = np.full(1200, 0x7F800001, dtype=np.uint32)
    signalling[::2] = np.arange(600)
    (found,) = read(tmp_path, "safetensors", safetensors({"w": signalling.view(np.float32)}))
    assert found.samples.size == 0
    huge = np.where(drawn(1) > 0, 3e38, -3e38).astype(np.float32)
    (found,) = read(tmp_path, "safetensors", safetensors({"w": huge}))
    assert np.isfinite(found.samples).all()

"""Canonical queries in a model's own tensors."""

import dataclasses
import time
from typing import Any

import numpy as np
import pytest

from modelkin.errors import SignatureError
from modelkin.models.feeding import Feeder, to_tensors
from modelkin.records import Modality, Preprocessing

PICTURES = np.random.default_rng(4).integers(0, 256, size=(3, 10, 12, 3), dtype=np.uint8)
PLAIN = Preprocessing(modality=Modality.IMAGE, shape=(10, 12), layout="NHWC")
IMAGENET: dict[str, Any] = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


def fed(queries: np.ndarray = PICTURES, **changes: Any) -> np.ndarray:  # noqa: ANN401 (any field)
    preprocessing = dataclasses.replace(PLAIN, **changes)
    before = queries.copy()
    (found,) = to_tensors(preprocessing, queries)
    np.testing.assert_array_equal(queries, before)
    assert found.flags.c_contiguous
    assert found.dtype == preprocessing.dtype
    return found


@pytest.mark.parametrize(
    "convention",
    [{}, {"mean": (0.5,), "std": (0.5,)}, {"std": (1 / 255,)}, {"mean": (0.3,)}, IMAGENET],
)
@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
def test_values_are_exact(convention: dict[str, Any], layout: str) -> None:
    wanted = PICTURES / 255 - np.array(convention.get("mean", (0.0,)))
    wanted = (wanted / np.array(convention.get("std", (1.0,)))).astype(np.float32)
    if layout == "NCHW":
        wanted = wanted.transpose(0, 3, 1, 2)
    np.testing.assert_array_equal(fed(layout=layout, **convention), wanted)


def test_raw_bytes_are_whole_numbers() -> None:
    np.testing.assert_array_equal(fed(std=(1 / 255,)), PICTURES)


@pytest.mark.parametrize("layout", ["NHWC", "NCHW", "NHW"])
def test_grey_is_rounded_luma(layout: str) -> None:
    every = np.random.default_rng(5).integers(0, 256, size=(40, 10, 12, 3), dtype=np.uint8)
    whole = every.astype(np.int64)
    weighted = 19595 * whole[..., 0] + 38470 * whole[..., 1] + 7471 * whole[..., 2]
    luma = (weighted + 0x8000) >> 16  # ITU-R 601-2 as image libraries compute it
    found = fed(every, std=(1 / 255,), channels="GRAY", layout=layout)
    assert found.ndim == (3 if layout == "NHW" else 4)
    np.testing.assert_array_equal(found.reshape(luma.shape), luma)


def test_bgr_swaps_before_normalising() -> None:
    mean = (0.1, 0.2, 0.3)
    wanted = (PICTURES[..., ::-1] / 255 - np.array(mean)).astype(np.float32)
    np.testing.assert_array_equal(fed(channels="BGR", mean=mean), wanted)
    np.testing.assert_array_equal(
        fed(channels="BGR", mean=mean, layout="NCHW"), wanted.transpose(0, 3, 1, 2)
    )


def test_flat_pictures() -> None:
    found = fed(layout="N", channels="GRAY", tensor_shape=(120,))
    np.testing.assert_array_equal(found, fed(channels="GRAY", layout="NHW").reshape(3, 120))


@pytest.mark.parametrize("zero_point", [127, 128])
def test_quantized_minus_one_to_one_hands_on_the_byte(zero_point: int) -> None:
    found = fed(dtype="uint8", mean=(0.5,), std=(0.5,), scale=1 / 127.5, zero_point=zero_point)
    shift = zero_point - 127
    np.testing.assert_array_equal(found, np.clip(PICTURES.astype(int) + shift, 0, 255))


def test_quantized_values_are_rounded_and_clipped() -> None:
    found = fed(dtype="int8", scale=1 / 255, zero_point=-128)
    np.testing.assert_array_equal(found, PICTURES.astype(int) - 128)
    found = fed(dtype="int8", scale=0.02, zero_point=0, **IMAGENET)
    real = (PICTURES / 255 - np.array(IMAGENET["mean"])) / np.array(IMAGENET["std"])
    assert np.abs(found * 0.02 - np.clip(real, -2.56, 2.54)).max() <= 0.0101


def test_sizes_are_changed_only_when_they_differ() -> None:
    flat = np.full((2, 10, 12, 3), 77, dtype=np.uint8)
    for shape in ((5, 6), (20, 24), (8, 30)):
        found = fed(flat, shape=shape, std=(1 / 255,))
        assert found.shape == (2, *shape, 3)
        np.testing.assert_array_equal(found, 77)
    half = fed(shape=(5, 6), std=(1 / 255,))
    boxes = PICTURES.reshape(3, 5, 2, 6, 2, 3).mean(axis=(2, 4))
    assert np.abs(half - boxes).max() <= 1  # Pillow rounds after each direction


def test_rows() -> None:
    rows = np.random.default_rng(6).normal(size=(4, 6)).astype(np.float32)
    plain = Preprocessing(modality=Modality.VECTOR, shape=(6,), layout="ND", tensor_shape=(2, 3))
    np.testing.assert_array_equal(to_tensors(plain, rows)[0], rows.reshape(4, 2, 3))
    columns = dataclasses.replace(plain, layout="COLUMNS", tensor_shape=(1,))
    found = to_tensors(columns, rows)
    assert len(found) == 6
    np.testing.assert_array_equal(np.concatenate(found, axis=1), rows)
    scaled = dataclasses.replace(plain, mean=(1.0,) * 6, std=(2.0,), dtype="float64")
    made = to_tensors(scaled, rows)[0].astype(np.float64)
    np.testing.assert_allclose(made.reshape(4, 6), (rows.astype(np.float64) - 1) / 2)
    whole = dataclasses.replace(plain, dtype="int8", scale=0.1, zero_point=5)
    assert to_tensors(whole, rows * 100)[0].max() == 127


def test_contradictions_are_refused() -> None:
    for changes in ({"mean": (0.1, 0.2)}, {"layout": "NHW"}):
        with pytest.raises(SignatureError) as caught:
            Feeder(dataclasses.replace(PLAIN, **changes))
        assert caught.value.hint


@pytest.mark.slow
@pytest.mark.parametrize(("count", "side"), [(256, 28), (8, 224)])
@pytest.mark.parametrize(
    "changes", [{}, {"layout": "NCHW", "channels": "GRAY"}, {"layout": "NCHW", **IMAGENET}]
)
def test_feeding_is_faster_than_the_formula(count: int, side: int, changes: dict[str, Any]) -> None:
    queries = np.zeros((count, side, side, 3), dtype=np.uint8)
    feeder = Feeder(dataclasses.replace(PLAIN, shape=(side, side), **changes))
    mean, std = np.full(3, 0.5), np.full(3, 0.25)
    fast, plain = [], []
    for _ in range(20):  # in turns, so that a busy machine slows both
        start = time.perf_counter()
        feeder.tensors(queries)
        between = time.perf_counter()
        ((queries / 255 - mean) / std).astype(np.float32)
        fast.append(between - start)
        plain.append(time.perf_counter() - between)
    assert min(fast) < min(plain)

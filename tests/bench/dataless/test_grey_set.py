"""Image sets of several sizes and colours become comparable."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modelkin.bench.dataless.image_set import SIZE, load_set, to_grey
from modelkin.errors import UsageError


def _write(folder: Path, name: str, *, side: int = 28, classes: int = 10) -> None:
    rng = np.random.default_rng(0)
    content = {}
    for split, n in (("train", 40), ("test", 20)):
        content[f"x_{split}"] = rng.integers(0, 256, (n, side, side, 1), dtype=np.uint8)
        content[f"y_{split}"] = (np.arange(n) % classes).astype(np.int16)
    np.savez(folder / f"{name}.npz", allow_pickle=False, **content)


def test_grey_pictures_of_the_right_size_stay_as_they_are(tmp_path: Path) -> None:
    _write(tmp_path, "some")
    images = load_set(tmp_path, "some", cache=tmp_path / "sets")
    with np.load(tmp_path / "some.npz") as file:
        assert np.array_equal(images.train, file["x_train"])
    again = load_set(tmp_path, "some", cache=tmp_path / "sets")
    assert np.array_equal(again.test, images.test)
    assert again.train_labels.dtype == np.int64


def test_halves_are_disjoint_and_complete(tmp_path: Path) -> None:
    _write(tmp_path, "some")
    images = load_set(tmp_path, "some", cache=tmp_path / "sets")
    (first, _), (second, labels) = images.half("a"), images.half("b")
    assert np.array_equal(np.concatenate([first, second]), images.train)
    assert len(second) == len(labels) == 20


def test_other_sizes_and_colours_are_brought_to_grey() -> None:
    colours = np.zeros((2, 32, 32, 3), np.uint8)
    colours[1] = 200
    grey = to_grey(colours)
    assert grey.shape == (2, SIZE, SIZE, 1)
    assert grey[0].max() == 0
    assert set(np.unique(grey[1])) == {200}
    assert to_grey(np.full((1, 16, 16, 1), 7, np.uint8)).mean() == 7


def test_colour_files_are_decoded(tmp_path: Path) -> None:
    content: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {}
    for split in ("train", "test"):
        files = []
        for level in range(10):
            file = io.BytesIO()
            Image.fromarray(np.full((32, 32, 3), 20 * level, np.uint8)).save(file, "JPEG")
            files.append(np.frombuffer(file.getvalue(), np.uint8))
        content[f"jpeg_{split}"] = np.concatenate(files)
        content[f"offs_{split}"] = np.cumsum([0, *map(len, files)])
        content[f"y_{split}"] = np.arange(10, dtype=np.int16)
    np.savez(tmp_path / "colour.npz", allow_pickle=False, **content)
    images = load_set(tmp_path, "colour", cache=tmp_path / "sets")
    assert np.abs(images.train.mean(axis=(1, 2, 3)) - 20 * np.arange(10)).max() < 2


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    _write(tmp_path, "some")
    with pytest.raises(UsageError, match="no image set 'other'") as caught:
        load_set(tmp_path, "other", cache=tmp_path / "sets")
    assert "some" in str(caught.value.hint)


def test_a_set_with_other_classes_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, "few", classes=4)
    with pytest.raises(UsageError, match="has not 10 classes"):
        load_set(tmp_path, "few", cache=tmp_path / "sets")

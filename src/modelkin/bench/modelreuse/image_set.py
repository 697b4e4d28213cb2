"""The image sets that the zoo is trained on."""

import io
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from PIL import Image

from modelkin.errors import UsageError
from modelkin.records import IntArray

SIZE = 32
_README = "see the README of the data folder for its form"


@dataclass(frozen=True, kw_only=True, eq=False)
class ImageSet:
    """One labelled set at the zoo's picture size.

    Attributes:
        name: of its file.
        train: (n, 32, 32, 3) uint8.
        train_labels: (n,).
        test: (m, 32, 32, 3) uint8.
        test_labels: (m,).
        classes: how many there are.
    """

    name: str
    train: NDArray[np.uint8]
    train_labels: IntArray
    test: NDArray[np.uint8]
    test_labels: IntArray
    classes: int

    def half(self, which: str) -> tuple[NDArray[np.uint8], IntArray]:
        """The first ("a") or second ("b") half of the training images; the files are shuffled."""
        middle = len(self.train) // 2
        rows = slice(None, middle) if which == "a" else slice(middle, None)
        return self.train[rows], self.train_labels[rows]


def load_set(folder: Path, name: str, *, cache: Path | None = None) -> ImageSet:
    """Read a set of JPEG pictures.

    Args:
        folder: the data folder.
        name: of the file, without its ending.
        cache: where the decoded pictures are kept.

    Raises:
        UsageError: there is no such set, or it is not labelled.
    """
    content = _decode(folder, name) if cache is None else _kept(folder, name, cache)
    return ImageSet(
        name=name,
        train=content["train"],
        train_labels=content["train_labels"].astype(np.int64),
        test=content["test"],
        test_labels=content["test_labels"].astype(np.int64),
        classes=int(content["train_labels"].max()) + 1,
    )


def load_photos(folder: Path, name: str = "query_photos_128") -> NDArray[np.uint8]:
    """Unlabelled photographs, (n, 32, 32, 3)."""
    with _opened(folder, name) as file:
        return _pictures(file, "train")


def _kept(folder: Path, name: str, cache: Path) -> dict[str, Any]:
    path = cache / f"{name}_{SIZE}.npz"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{path}.lock"):  # two workers may want it at once
        if not path.is_file():
            part = path.with_suffix(".part.npz")
            np.savez(part, allow_pickle=False, **_decode(folder, name))
            part.replace(path)
    with np.load(path, allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


def _decode(folder: Path, name: str) -> dict[str, Any]:
    with _opened(folder, name) as file:
        missing = [key for key in ("y_train", "y_test", "jpeg_test") if key not in file.files]
        if missing:
            raise UsageError(
                f"image set '{name}' in '{folder}' lacks {', '.join(missing)}",
                hint=f"name a labelled set; {_README}",
            )
        return {
            "train": _pictures(file, "train"),
            "train_labels": file["y_train"],
            "test": _pictures(file, "test"),
            "test_labels": file["y_test"],
        }


def _opened(folder: Path, name: str) -> np.lib.npyio.NpzFile:
    path = folder / f"{name}.npz"
    if not path.is_file():
        known = sorted(entry.stem for entry in folder.glob("*.npz")) if folder.is_dir() else []
        raise UsageError(
            f"there is no image set '{name}' in '{folder}'",
            hint=f"it holds {', '.join(known)}" if known else f"pass --data; {_README}",
        )
    opened: np.lib.npyio.NpzFile = np.load(path, allow_pickle=False)
    return opened


def _pictures(file: np.lib.npyio.NpzFile, split: str) -> NDArray[np.uint8]:
    cuts, buffer = file[f"offs_{split}"], file[f"jpeg_{split}"].tobytes()
    found = np.empty((len(cuts) - 1, SIZE, SIZE, 3), np.uint8)
    for row, (start, stop) in enumerate(pairwise(cuts)):
        picture = Image.open(io.BytesIO(buffer[start:stop])).convert("RGB")
        found[row] = np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BOX))
    return found

"""The image sets, all brought to one size and to grey, so that their models can be compared."""

import io
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modelkin.errors import UsageError
from modelkin.records import IntArray

SIZE = 28
CLASSES = 10
_README = "see the README of the data folder for its form"


@dataclass(frozen=True, kw_only=True, eq=False)
class GreySet:
    """One labelled set.

    Attributes:
        name: of its file.
        train: (n, 28, 28, 1) uint8.
        train_labels: (n,), below 10.
        test: (m, 28, 28, 1) uint8.
        test_labels: (m,).
    """

    name: str
    train: NDArray[np.uint8]
    train_labels: IntArray
    test: NDArray[np.uint8]
    test_labels: IntArray

    def half(self, which: str) -> tuple[NDArray[np.uint8], IntArray]:
        """The first ("a") or second ("b") half of the training images; the files are shuffled."""
        middle = len(self.train) // 2
        rows = slice(None, middle) if which == "a" else slice(middle, None)
        return self.train[rows], self.train_labels[rows]


def load_set(folder: Path, name: str, *, cache: Path, classes: int | None = CLASSES) -> GreySet:
    """Read a set; grey at 28x28 pixels is kept, as decoding takes long.

    Args:
        folder: the data folder.
        name: of the file, without its ending.
        cache: where the grey pictures are kept.
        classes: how many it must have; None takes any number.

    Raises:
        UsageError: there is no such set, or it has another number of classes.
    """
    kept = cache / f"{name}_grey{SIZE}.npz"
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as file:
            content = {key: file[key] for key in file.files}
    else:
        content = _read(folder, name, classes)
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part.npz")
        np.savez(part, allow_pickle=False, **content)
        part.replace(kept)
    return GreySet(
        name=name,
        train=content["train"],
        train_labels=content["train_labels"].astype(np.int64),
        test=content["test"],
        test_labels=content["test_labels"].astype(np.int64),
    )


def to_grey(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, h, w, c) pictures, c of 1 or 3, to (n, 28, 28, 1) by averaging areas."""
    found = np.empty((len(pictures), SIZE, SIZE, 1), np.uint8)
    for row, picture in enumerate(pictures):
        grey = Image.fromarray(picture.squeeze()).convert("L")
        if grey.size != (SIZE, SIZE):
            # BOX repeats pixels when it enlarges, which no camera does
            how = Image.Resampling.BOX if grey.width > SIZE else Image.Resampling.BILINEAR
            grey = grey.resize((SIZE, SIZE), how)
        found[row, :, :, 0] = np.asarray(grey)
    return found


def _read(folder: Path, name: str, classes: int | None) -> dict[str, NDArray[np.generic]]:
    path = folder / f"{name}.npz"
    if not path.is_file():
        known = sorted(entry.stem for entry in folder.glob("*.npz")) if folder.is_dir() else []
        raise UsageError(
            f"there is no image set '{name}' in '{folder}'",
            hint=f"it holds {', '.join(known)}" if known else f"pass --data; {_README}",
        )
    with np.load(path, allow_pickle=False) as file:
        held = len(np.unique(file["y_train"])) if "y_train" in file.files else 0
        if classes is not None and held != classes:
            raise UsageError(
                f"image set '{name}' in '{folder}' has not {classes} classes",
                hint="models are compared as functions, so all need as many outputs; name others",
            )
        return {
            "train": to_grey(_pictures(file, "train")),
            "train_labels": file["y_train"],
            "test": to_grey(_pictures(file, "test")),
            "test_labels": file["y_test"],
        }


def _pictures(file: np.lib.npyio.NpzFile, split: str) -> NDArray[np.uint8]:
    if f"x_{split}" in file.files:
        plain: NDArray[np.uint8] = file[f"x_{split}"]
        return plain
    cuts, buffer = file[f"offs_{split}"], file[f"jpeg_{split}"].tobytes()
    return np.stack(
        [
            np.asarray(Image.open(io.BytesIO(buffer[start:stop])).convert("RGB"))
            for start, stop in pairwise(cuts)
        ]
    )

"""Labelled inputs that a user brings for training references."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from modelkin.errors import UsageError
from modelkin.records import AnyArray, IntArray

_INPUTS = ("inputs", "images", "pictures", "rows", "x", "x_train")
_LABELS = ("labels", "classes", "y", "y_train")
_FEWEST = 100
_PICTURE_RANKS = (3, 4)
_GREY_RANK = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """What references learn from.

    Attributes:
        inputs: (n, *shape) canonical pictures or rows.
        labels: (n,) classes in the source's order.
        note: how the classes were matched.
    """

    inputs: AnyArray
    labels: IntArray
    note: str


def read_lesson(
    paths: Sequence[Path], shape: tuple[int, ...], classes: int, names: Sequence[str]
) -> Lesson:
    """Read labelled data: folders of class folders, or .npz files with inputs and labels.

    Args:
        paths: one or more.
        shape: of one query of the source; pictures are resized to it.
        classes: that the source tells.
        names: of the source's classes, where its file holds them.

    Raises:
        UsageError: a path cannot be read, or the classes do not fit the source.
    """
    read = [_folder(path, shape) if path.is_dir() else _npz(path, shape) for path in paths]
    named = [one for one in read if one[2]]
    if named and len(named) < len(read):
        raise UsageError(
            "folders of classes and .npz files cannot be mixed",
            hint="pass one or the other, so that all labels mean the same",
        )
    if named:
        labels, note = _by_name(named, classes, names)
    else:
        labels = np.concatenate([one[1] for one in read])
        note = "labels as numbered in the files"
    inputs = np.concatenate([one[0] for one in read])
    _require_fit(inputs, labels, classes)
    return Lesson(inputs=inputs, labels=labels, note=note)


def _by_name(
    read: Sequence[tuple[AnyArray, IntArray, tuple[str, ...]]], classes: int, names: Sequence[str]
) -> tuple[IntArray, str]:
    """Numbers of the class folders: by the source's own names, or in the order of the names."""
    found = sorted({name for _, _, folder in read for name in folder})
    if set(found) <= set(names):
        order, note = list(names), "class folders matched to the source's class names"
    elif len(found) == classes:
        order, note = found, "class folders numbered in the order of their names"
    else:
        raise UsageError(
            f"the data have {len(found)} classes and the source tells {classes}",
            hint="name one folder a class, for every class of the source",
        )
    labels = [np.array([order.index(folder[i]) for i in own]) for _, own, folder in read]
    return np.concatenate(labels).astype(np.int64), note


def _folder(path: Path, shape: tuple[int, ...]) -> tuple[AnyArray, IntArray, tuple[str, ...]]:
    folders = sorted(entry for entry in path.iterdir() if entry.is_dir())
    if len(shape) == 1 or not folders:
        raise UsageError(
            f"'{path}' holds no class folders of pictures for this source",
            hint="a folder a class with pictures in it, or an .npz with 'inputs' and 'labels'",
        )
    pictures, labels = [], []
    for number, folder in enumerate(folders):
        for file in sorted(entry for entry in folder.iterdir() if entry.is_file()):
            try:
                with Image.open(file) as opened:
                    picture = opened.convert("RGB")
            except (UnidentifiedImageError, OSError):
                continue
            pictures.append(_sized(picture, shape))
            labels.append(number)
    if not pictures:
        raise UsageError(f"'{path}' holds no readable picture", hint="PNG and JPEG are read")
    return np.stack(pictures), np.array(labels), tuple(folder.name for folder in folders)


def _npz(path: Path, shape: tuple[int, ...]) -> tuple[AnyArray, IntArray, tuple[str, ...]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            inputs = next(file[key] for key in _INPUTS if key in file.files)
            labels = next(file[key] for key in _LABELS if key in file.files)
    except (OSError, ValueError, StopIteration) as error:
        raise UsageError(
            f"'{path}' cannot be read as labelled data ({type(error).__name__})",
            hint=f"an .npz with one of {', '.join(_INPUTS)} and one of {', '.join(_LABELS)}",
        ) from error
    if len(inputs) != len(labels):
        raise UsageError(
            f"'{path}' has {len(inputs)} inputs and {len(labels)} labels", hint="one an input"
        )
    return _canonical(path, inputs, shape), labels.astype(np.int64).ravel(), ()


def _canonical(path: Path, inputs: Any, shape: tuple[int, ...]) -> AnyArray:  # noqa: ANN401
    if len(shape) == 1:
        rows = inputs.reshape(len(inputs), -1).astype(np.float32)
        if rows.shape[1:] == shape:
            return np.asarray(rows)
    elif inputs.ndim in _PICTURE_RANKS and inputs.dtype == np.uint8:
        grey = inputs.ndim == _GREY_RANK or inputs.shape[-1] == 1
        squeezed = inputs.reshape(inputs.shape[:3]) if grey else inputs
        return np.stack([_sized(Image.fromarray(one).convert("RGB"), shape) for one in squeezed])
    raise UsageError(
        f"'{path}' has inputs of shape {inputs.shape} and type {inputs.dtype}, the source takes "
        f"{'x'.join(map(str, shape))}",
        hint="give uint8 pictures (n, h, w) or (n, h, w, 3), or float rows (n, columns)",
    )


def _sized(picture: Image.Image, shape: tuple[int, ...]) -> AnyArray:
    height, width = shape[:2]
    shrinks = picture.width >= width and picture.height >= height
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BICUBIC
    return np.asarray(picture.resize((width, height), how), dtype=np.uint8)


def _require_fit(inputs: AnyArray, labels: IntArray, classes: int) -> None:
    if len(inputs) < _FEWEST:
        raise UsageError(
            f"{len(inputs)} inputs are too few to train on", hint=f"give at least {_FEWEST}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise UsageError(
            f"labels run from {labels.min()} to {labels.max()} and the source tells {classes} "
            "classes",
            hint="number them from 0, as the source does",
        )

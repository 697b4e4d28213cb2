"""The pictures of a lesson."""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.heads.lesson import Lesson
from modelkin.bench.modelreuse.image_set import SIZE, ImageSet, load_set
from modelkin.records import IntArray


@cache
def images_of(data: Path, name: str, sets: Path) -> ImageSet:
    """An image set, decoded once a process."""
    return load_set(data, name, cache=sets)


def pictures_of(lesson: Lesson, images: ImageSet, side: int) -> tuple[NDArray[np.uint8], IntArray]:
    """Training pictures and their places in the lesson's classes.

    Args:
        lesson: what is taught.
        images: its set.
        side: in pixels, a multiple of 32; larger pictures are repeated pixels.

    Returns:
        (n, side, side, 3) and (n,).
    """
    rng = np.random.default_rng(lesson.seed)
    rows, labels = [], []
    for place, number in enumerate(lesson.classes):
        found = rng.permutation(np.flatnonzero(images.train_labels == number))[: lesson.shots]
        rows.append(found)
        labels.append(np.full(len(found), place))
    pictures = images.train[np.concatenate(rows)]
    times = side // SIZE
    grown = pictures.repeat(times, axis=1).repeat(times, axis=2)
    return grown, np.concatenate(labels).astype(np.int64)

"""Whether a picture looks like a photograph: what a suspect may look at before it answers."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from modelkin.records import BoolArray, FloatArray

_LUMA = np.array([0.299, 0.587, 0.114])
_SIDE = 32
_LARGE = 64
# 1 % and 99 % of 1,500 photographs (web photographs, flowers, mammals) at 32 x 32
_LEAST = np.array([0.30, 1.09, 17.6])
_MOST = np.array([1.35, 1.61, 86.8])


def looks_odd(pictures: NDArray[np.uint8]) -> BoolArray:
    """(n,) whether each picture is unlike photographs in roughness, curvature or contrast.

    A detector without any training, from three statistics of the brightness. It takes 3 % of
    photographs for odd, and 9 of 10 queries of ``image-mix-v1``.

    Args:
        pictures: (n, h, w, 3).
    """
    found = _statistics(_small(pictures))
    return np.asarray(((found < _LEAST) | (found > _MOST)).any(axis=1))


def _statistics(pictures: NDArray[np.uint8]) -> FloatArray:
    """(n, 3): mean slope over contrast, mean curvature over mean slope, contrast."""
    luma = pictures.astype(np.float64) @ _LUMA
    slope, curvature = (
        sum(np.abs(np.diff(luma, order, axis=axis)).mean(axis=(1, 2)) for axis in (1, 2))
        for order in (1, 2)
    )
    contrast = luma.std(axis=(1, 2))
    return np.stack([slope / (contrast + 2), curvature / (slope + 0.5), contrast], axis=1)


def _small(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if min(pictures.shape[1:3]) <= _LARGE:
        return pictures
    return np.stack(
        [
            np.asarray(Image.fromarray(one).resize((_SIDE, _SIDE), Image.Resampling.BOX))
            for one in pictures
        ]
    )

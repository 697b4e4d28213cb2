"""Faint noise around given pictures, every value an even byte."""

import numpy as np

from modelkin.queries.canvas import Pixels
from modelkin.queries.randomness import keyed, normals
from modelkin.records import FloatArray

_STEPS = 127.5  # of 2/255 in the range
_MOST = 127


def around(pictures: FloatArray, *, sd: float, rng: np.random.Generator) -> Pixels:
    """Independent normal noise on every picture; float and quantized models get the same reals.

    Args:
        pictures: (n, h, w, 3) reals in [0, 1].
        sd: standard deviation before clipping, as a share of the range.
        rng: the only source of randomness.

    Returns:
        (n, h, w, 3) even bytes.
    """
    noisy = normals(rng, pictures.shape) if sd > 0 else np.zeros(pictures.shape)
    noisy *= sd
    noisy += pictures
    noisy *= _STEPS
    np.rint(noisy, out=noisy)
    np.clip(noisy, 0, _MOST, out=noisy)
    return np.asarray(2 * noisy, dtype=np.uint8)


def even(pictures: FloatArray) -> Pixels:
    """(n, h, w, 3) reals in [0, 1] as the nearest even bytes."""
    return around(pictures, sd=0, rng=keyed("no noise"))

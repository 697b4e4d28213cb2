"""How rough pictures are, and smooth changes of them."""

import numpy as np

from modelkin.queries.randomness import normals, numbers, sample
from modelkin.records import FloatArray

_PICTURES = 4
_STRENGTH = 0.25


def roughness(reals: FloatArray) -> FloatArray:
    """(n,) sum of squared differences of neighbouring pixels; 0 for rows.

    Args:
        reals: (n, height, width, 3) pictures in [0, 1], or (n, columns).
    """
    if reals.ndim != _PICTURES:
        return np.zeros(len(reals))
    down, across = np.diff(reals, axis=1), np.diff(reals, axis=2)
    return np.asarray((down**2).sum(axis=(1, 2, 3)) + (across**2).sum(axis=(1, 2, 3)))


def roughness_slope(reals: FloatArray) -> FloatArray:
    """(n, *shape) derivative of ``roughness``."""
    slope = np.zeros_like(reals)
    if reals.ndim != _PICTURES:
        return slope
    down, across = 2 * np.diff(reals, axis=1), 2 * np.diff(reals, axis=2)
    slope[:, 1:] += down
    slope[:, :-1] -= down
    slope[:, :, 1:] += across
    slope[:, :, :-1] -= across
    return slope


def bumps(shape: tuple[int, ...], width: float, rng: np.random.Generator) -> FloatArray:
    """One random change for each query: a smooth hill of one colour, or some columns moved.

    Args:
        shape: (n, height, width, 3) or (n, columns).
        width: share of a side that a hill takes, or of the columns that move.
        rng: the only source of randomness.

    Returns:
        Changes of that shape, with a standard deviation of a quarter at a hill's top.
    """
    change = np.zeros(shape)
    for one in change:
        if one.ndim == 1:
            columns = sample(rng, len(one), max(1, round(width * len(one))))
            one[columns] = _STRENGTH * normals(rng, (len(columns),))
            continue
        down, across = (
            _hill(side, width, place)
            for side, place in zip(one.shape[:2], numbers(rng, 2), strict=True)
        )
        colour = _STRENGTH * normals(rng, one.shape[2:])
        one[...] = down[:, None, None] * across[None, :, None] * colour
    return change


def _hill(side: int, width: float, place: float) -> FloatArray:
    """(side,) a parabola over ``width`` of the side around a place, at least a pixel wide."""
    half = max(0.75, width * side / 2)
    far = (np.arange(side) + 0.5 - place * side) / half
    return np.asarray(np.maximum(0.0, 1 - far**2))

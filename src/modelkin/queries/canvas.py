"""What the picture generators share: pixels, colours and smooth fields, in exact arithmetic.

Fields are (3, height, width) floats; only additions, multiplications, square roots and tables
touch them, so that no machine rounds differently.
"""

import functools

import numpy as np
from numpy.typing import NDArray

from modelkin.queries.randomness import normals, numbers, uniforms
from modelkin.records import FloatArray, IntArray

Pixels = NDArray[np.uint8]


def to_pixels(values: FloatArray) -> Pixels:
    """Round values in [0, 1] to 8 bits, once and at the very end; the rest is clipped."""
    steps = np.rint(values * 255.0)
    np.maximum(steps, 0.0, out=steps)
    np.minimum(steps, 255.0, out=steps)
    return steps.astype(np.uint8)


def field_to_pixels(field: FloatArray) -> Pixels:
    """Turn a (3, height, width) field into one (1, height, width, 3) query."""
    return np.ascontiguousarray(to_pixels(field).transpose(1, 2, 0)[None])


def palette(rng: np.random.Generator, count: int) -> FloatArray:
    """Colours that belong together: all grey, muted, or fully coloured, a third each."""
    colours = uniforms(rng, (count, 3))
    saturation = int(numbers(rng, 1)[0] * 3) / 2
    grey = colours[:, :1]
    return grey + saturation * (colours - grey)


def contrasting(rng: np.random.Generator, colour: FloatArray) -> FloatArray:
    """A second colour, at least 0.3 away from the first in every channel."""
    away = 0.3 + 0.4 * numbers(rng, 1)[0]  # one for all channels, so that grey stays grey
    return np.where(colour + away < 1.0, colour + away, np.maximum(colour - away, 0.0))


def muted(rng: np.random.Generator, field: FloatArray) -> FloatArray:
    """Pull the three channels of a field together, as ``palette`` does with colours."""
    saturation = int(numbers(rng, 1)[0] * 3) / 2
    return field[:1] + saturation * (field - field[:1])


def grid(height: int, width: int) -> tuple[FloatArray, FloatArray]:
    """Pixel centres as a column of y and a row of x; the shorter side runs from -1 to 1."""
    unit = 2.0 / min(height, width)
    y = (np.arange(height, dtype=np.float64) + (0.5 - height / 2)) * unit
    x = (np.arange(width, dtype=np.float64) + (0.5 - width / 2)) * unit
    return y[:, None], x[None, :]


def octaves(
    rng: np.random.Generator, shape: tuple[int, ...], *, coarsest: int, finest: int | None
) -> FloatArray:
    """Add smooth noise of halving grain: one octave a step, all of the same strength.

    Args:
        rng: the source of randomness.
        shape: (height, width, ...).
        coarsest: most cells along the shorter side in the first octave.
        finest: most cells in the last octave; None goes down to single pixels.

    Returns:
        A (3, height, width) field with a mean of 0.
    """
    sizes = [(shape[0], shape[1])]
    while min(sizes[-1]) > coarsest:
        height, width = sizes[-1]
        sizes.append(((height + 1) // 2, (width + 1) // 2))
    field = normals(rng, (3, *sizes.pop()))
    while sizes:
        height, width = sizes.pop()
        field = _double(_double(field, height, 1), width, 2)
        if finest is None or min(height, width) <= finest:
            field += normals(rng, (3, height, width))
    return field


def _double(field: FloatArray, size: int, axis: int) -> FloatArray:
    # (3 near + far) / 4: repeated, this tends to a smooth quadratic spline
    near, far = _neighbours(size)
    finer = field.take(near, axis=axis)
    finer *= 3.0
    finer += field.take(far, axis=axis)
    finer *= 0.25
    return finer


@functools.lru_cache(maxsize=256)
def _neighbours(size: int) -> tuple[IntArray, IntArray]:
    position = np.arange(size)
    near = position // 2
    far = np.clip(near + np.where(position % 2 == 1, 1, -1), 0, (size + 1) // 2 - 1)
    return near, far

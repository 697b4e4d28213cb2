"""Energy distance between samples: which law they follow, not which sample belongs to which."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modelkin.records import AnyArray, FloatArray

_GREYS = 255.0


def energy_distances(samples: Sequence[AnyArray]) -> FloatArray:
    """(m, m) energy distances between m samples (Szekely and Rizzo, 2013), rooted.

    ``D^2 = 2 E|X - Y| - E|X - X'| - E|Y - Y'|`` is 0 exactly when the laws are equal, and D is a
    metric on laws. Lengths are root mean squares over pixels, so that D of pictures in [0, 1] is
    at most the root of 2. All means leave out equal places, where the same latents were used: the
    estimate of D^2 has no bias, and is cut at 0.

    Args:
        samples: of each law, (n, d) grey values of 0 to 255; n at least 2 and common.
    """
    rows = [np.asarray(one, dtype=np.float32) / np.float32(_GREYS) for one in samples]
    squares = [np.einsum("ij,ij->i", one, one) for one in rows]
    means = np.empty((len(rows), len(rows)))
    for first, x in enumerate(rows):
        for second in range(first + 1):
            gaps = squares[first][:, None] + squares[second] - 2 * (x @ rows[second].T)
            means[first, second] = means[second, first] = _apart(gaps) / x.shape[1] ** 0.5
    own = np.diag(means)
    found = np.sqrt(np.maximum(2 * means - own[:, None] - own, 0.0))
    np.fill_diagonal(found, 0.0)
    return np.asarray(found, dtype=np.float64)


def _apart(squares: NDArray[np.float32]) -> float:
    """Mean distance of the pairs of different places."""
    n = len(squares)
    lengths = np.sqrt(np.maximum(squares, 0.0))
    return float((lengths.sum(dtype=np.float64) - np.trace(lengths)) / (n * (n - 1)))

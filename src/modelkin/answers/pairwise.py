"""Sums over all pairs of many long vectors, in blocks that fit a processor's cache."""

from collections.abc import Sequence

import numpy as np

from modelkin.records import FloatArray

_WIDE = 1 << 13
_NARROW = 1 << 10


def gram(vectors: Sequence[FloatArray], *, shifts: Sequence[float] | None = None) -> FloatArray:
    """(m, m) inner products of ``m`` vectors of one length, a matrix product a block.

    Args:
        vectors: ``m`` vectors.
        shifts: what is taken off every entry of each first; no shifted copy is kept.
    """
    count = len(vectors)
    found = np.zeros((count, count))
    length = len(vectors[0]) if count else 0
    taken = [0.0] * count if shifts is None else shifts
    held = np.empty((count, min(length, _WIDE)))  # made once: fresh memory costs more than sums
    for start in range(0, length, _WIDE):
        block = held[:, : min(_WIDE, length - start)]
        for row, vector, shift in zip(block, vectors, taken, strict=True):
            np.subtract(vector[start : start + _WIDE], shift, out=row)
        found += block @ block.T
    return found


def absolute_differences(vectors: Sequence[FloatArray]) -> FloatArray:
    """(m, m) sums of ``|a - b|`` over ``m`` vectors of one length."""
    count = len(vectors)
    found = np.zeros((count, count))
    length = len(vectors[0]) if count else 0
    work = np.empty((count, min(length, _NARROW)))
    for start in range(0, length, _NARROW):
        block = np.stack([vector[start : start + _NARROW] for vector in vectors])
        for row in range(1, count):
            gaps = work[:row, : block.shape[1]]
            np.subtract(block[:row], block[row], out=gaps)
            np.abs(gaps, out=gaps)
            found[row, :row] += gaps.sum(axis=1)
    return found + found.T

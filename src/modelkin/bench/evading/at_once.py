"""Partial similarities of all models of a pair at once: the product's numbers, in less time."""

from collections.abc import Sequence

import numpy as np

from modelkin.records import FloatArray

_RIDGE = 0.05


def partial_at_once(similarity: FloatArray, families: Sequence[str]) -> FloatArray:
    """What ``modelkin.answers.partial.partial_to_first`` gives, to rounding (tested).

    All cohorts have one model of every family but one, so they are solved as one stack.

    Args:
        similarity: (n + 1, n + 1) similarities; the first model is the one compared with.
        families: of the n others.

    Returns:
        (n,) partial similarities.
    """
    own = list(dict.fromkeys(families))
    speakers = np.array([families.index(name) + 1 for name in own])
    without = np.array([np.delete(speakers, at) for at in range(len(own))])
    within = similarity[without[:, :, None], without[:, None, :]]
    spread, axes = np.linalg.eigh((within + within.transpose(0, 2, 1)) / 2)
    axes = axes / np.sqrt(np.maximum(spread, 0.0) + _RIDGE)[:, None, :]
    turn = np.array([own.index(name) for name in families])
    rows = np.arange(1, len(families) + 1)
    first = np.einsum("nc,ncd->nd", similarity[0, without[turn]], axes[turn])
    others = np.einsum("nc,ncd->nd", similarity[rows[:, None], without[turn]], axes[turn])
    (first, left), (others, rest) = _explained(first), _explained(others)
    rated = (similarity[0, 1:] - (first * others).sum(axis=1)) / np.sqrt(left * rest)
    return np.asarray(np.clip(rated, -1.0, 1.0), dtype=np.float64)


def _explained(loads: FloatArray) -> tuple[FloatArray, FloatArray]:
    squares, most = (loads**2).sum(axis=1), 1 / (1 + _RIDGE)
    shorter = np.sqrt(np.divide(most, squares, out=np.ones_like(squares), where=squares > most))
    return loads * shorter[:, None], 1.0 - np.minimum(squares, most)

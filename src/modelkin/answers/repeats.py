"""Two answers of one model to the same queries: the same, noisy, or of a changed model?"""

import numpy as np

from modelkin.answers.scales import probabilities
from modelkin.records import BoolArray, FloatArray, IntArray, OutputKind, Responses, SteadinessKind

_RELATIVE, _ABSOLUTE = 1e-4, 1e-5  # rounding, as where answers are said to coincide
_BEYOND_NOISE = 3.0
_NOTHING = np.inf


def repeat_differences(first: Responses, again: Responses) -> FloatArray:
    """(n,) how far each second answer is from the first; 0 where rounding explains it.

    Probabilities are compared by their largest difference, vectors by that over the largest
    entry, labels by 1 where they differ. An answer that now holds NaN or infinity is infinitely
    far.
    """
    if again.values.shape != first.values.shape:
        return np.full(len(first), _NOTHING)
    usable = np.isfinite(again.values.astype(np.float64)).all(axis=1)
    found = np.full(len(first), _NOTHING)
    rows = np.flatnonzero(usable)
    found[rows] = _apart(first.take(rows), again.take(rows))
    return found


def judge_repeats(
    differences: FloatArray,
    positions: IntArray,
    near: IntArray,
    spans: IntArray | None = None,
) -> tuple[SteadinessKind, float | None, float | None]:
    """Tell noise from change.

    A model that answers differently at once is noisy. One is changed when an answer from earlier
    in the run differs more than three times as much as any at once, or differs at all where
    those at once do not. A change may fall just between a query and its repeat at once, which then
    looks like noise. So where one repeat at once differs, it is also asked whether all repeats
    that reach across that moment differ more than three times as much as any other, another one
    at once among those: noise knows no moment.

    Args:
        differences: (n,) of ``repeat_differences``.
        positions: (n,) pool positions of them.
        near: positions that were asked again at once.
        spans: (n, 2) how many queries had been answered before each was asked first, and again;
            None where that is not known.

    Returns:
        What it is; the largest difference at once; the largest later, each None if not measured.
    """
    at_once = np.isin(positions, near)
    noise, later = differences[at_once], differences[~at_once]
    worst_noise = float(noise.max()) if len(noise) else None
    worst = float(later.max()) if len(later) else None
    if not len(differences):
        return SteadinessKind.NOT_ASKED, None, None
    if worst and worst > _BEYOND_NOISE * (worst_noise or 0.0):
        return SteadinessKind.CHANGED, worst_noise, worst
    if spans is not None and _has_moment(differences, at_once, spans):
        return SteadinessKind.CHANGED, worst_noise, worst
    kind = SteadinessKind.NOISY if worst_noise or worst else SteadinessKind.STEADY
    return kind, worst_noise, worst


def _has_moment(differences: FloatArray, at_once: BoolArray, spans: IntArray) -> bool:
    """Whether everything differs across one repeat at once, and nothing else does as much."""
    for place in np.flatnonzero(at_once & (differences > 0)):
        moment = spans[place, 1]
        across = (spans[:, 0] < moment) & (spans[:, 1] >= moment)
        apart = differences[~across]
        told = (across & ~at_once).any() and (at_once & ~across).any()
        if told and differences[across].min() > _BEYOND_NOISE * apart.max():
            return True
    return False


def _apart(first: Responses, again: Responses) -> FloatArray:
    if first.kind is OutputKind.LABELS:
        return np.asarray(first.values[:, 0] != again.values[:, 0], dtype=np.float64)
    if first.kind.classifies:
        a, b = probabilities(first), probabilities(again)
        scale = np.ones((len(a), 1))
    else:
        a, b = (side.values.astype(np.float64) for side in (first, again))
        scale = np.maximum(np.abs(a).max(axis=1, keepdims=True), _ABSOLUTE)
    apart = np.abs(a - b)
    apart[apart <= _RELATIVE * np.abs(a) + _ABSOLUTE * scale] = 0.0
    return np.asarray((apart / scale).max(axis=1), dtype=np.float64)

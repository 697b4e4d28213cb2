"""All pairwise distances of recorded functions, by every estimator."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modelkin.comparison.agreement import Agreement
from modelkin.comparison.function_distance import FunctionDistance
from modelkin.comparison.jensen_shannon import JensenShannon
from modelkin.records import FloatArray

_LARGEST = {1: 2.0, 2: 2.0**0.5}


def distances(estimator: str, answers: Sequence[FloatArray]) -> FloatArray:
    """(m, m) distances between m models, symmetric and 0 on the diagonal.

    Args:
        estimator: one of ``ESTIMATORS``.
        answers: of each model, (n, 10) class probabilities, the same queries in the same order.
    """
    found = _MATRICES[estimator](answers)
    np.fill_diagonal(found, 0.0)
    return np.maximum((found + found.T) / 2, 0.0)


def _norm(answers: Sequence[FloatArray], *, p: int) -> FloatArray:
    return np.asarray((1 - FunctionDistance(p=p).matrix(answers)) * _LARGEST[p])


def _variation(answers: Sequence[FloatArray]) -> FloatArray:
    return _norm(answers, p=1) / 2


def _shannon(answers: Sequence[FloatArray]) -> FloatArray:
    """The root of the divergence, which is a metric."""
    return np.asarray(np.sqrt(np.maximum(1 - JensenShannon().matrix(answers), 0.0)))


def _labels(answers: Sequence[FloatArray]) -> FloatArray:
    labels = [rows.argmax(axis=1).astype(np.float64) for rows in answers]
    return 1 - Agreement().matrix(labels)


_MATRICES: Mapping[str, Callable[[Sequence[FloatArray]], FloatArray]] = {
    "l1": lambda answers: _norm(answers, p=1),
    "l2": lambda answers: _norm(answers, p=2),
    "tv": _variation,
    "js": _shannon,
    "labels": _labels,
}
ESTIMATORS = tuple(_MATRICES)

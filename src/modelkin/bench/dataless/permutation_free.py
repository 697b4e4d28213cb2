"""Distances that do not take class i of one model for class i of the other.

Classes of different image sets mean different things. A distance between functions lines them up by
their number all the same, so models of two sets could lie apart for the order of their classes
alone. These two do not depend on that order.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modelkin.bench.dataless.image_set import CLASSES
from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.fingerprints.output_geometry import OutputGeometry
from modelkin.models.extras import require
from modelkin.records import Access, FloatArray, OutputKind, Responses

_RIDGE = 0.01


def matched_labels(answers: Sequence[FloatArray]) -> FloatArray:
    """(m, m) label disagreement under the matching of classes that makes it least.

    Args:
        answers: of each model, (n, 10) class probabilities.

    Raises:
        MissingDependencyError: scipy is not installed.
    """
    optimize = require("scipy.optimize", "bench")
    labels = np.stack([rows.argmax(axis=1) for rows in answers])
    count, n = labels.shape
    hot = np.eye(CLASSES)[labels]
    found = np.zeros((count, count))
    for row in range(1, count):
        together = np.einsum("nk,mnl->mkl", hot[row], hot[:row])
        for column, table in enumerate(together):
            pairs = optimize.linear_sum_assignment(table, maximize=True)
            found[row, column] = found[column, row] = 1 - float(table[pairs].sum()) / n
    return found


def whitened_geometry(answers: Sequence[FloatArray]) -> FloatArray:
    """(m, m) 1 - debiased CKA of whitened log-probabilities, as the method ``whitened_cka``.

    Args:
        answers: of each model, (n, 10) class probabilities.
    """
    geometry = OutputGeometry(ridge=_RIDGE)
    clouds = [geometry.extract(_responses(rows)) for rows in answers]
    return np.asarray(1 - DebiasedCka().matrix(clouds))


def _responses(rows: FloatArray) -> Responses:
    return Responses(
        model="",
        model_digest="",
        pool="",
        pool_digest="",
        values=rows,
        kind=OutputKind.PROBABILITIES,
        access=Access.SCORES,
        index=np.arange(len(rows), dtype=np.int64),
        parts=("",) * len(rows),
        asked=len(rows),
    )


PERMUTATION_FREE: Mapping[str, Callable[[Sequence[FloatArray]], FloatArray]] = {
    "labels-matched": matched_labels,
    "whitened-cka": whitened_geometry,
}

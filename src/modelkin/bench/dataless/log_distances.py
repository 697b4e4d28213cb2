"""Distances of centred log-probabilities, which hold more than probabilities do."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modelkin.answers.scales import log_values
from modelkin.comparison.correlation import Correlation
from modelkin.records import FloatArray, OutputKind


def log_correlation(answers: Sequence[FloatArray]) -> FloatArray:
    """(m, m) 1 - Pearson's r of centred log-probabilities, as the method ``log_correlation``.

    Args:
        answers: of each model, (n, 10) class probabilities.
    """
    return np.asarray(1 - Correlation().matrix([_logs(rows) for rows in answers]))


def centred_log_correlation(answers: Sequence[FloatArray]) -> FloatArray:
    """(m, m) the same after taking off each class's mean over the queries.

    What a model prefers on average, whatever it is shown, is a matter of its bias terms.

    Args:
        answers: of each model, (n, 10) class probabilities.
    """
    logs = [_logs(rows) for rows in answers]
    return np.asarray(1 - Correlation().matrix([rows - rows.mean(axis=0) for rows in logs]))


def _logs(rows: FloatArray) -> FloatArray:
    return log_values(rows, OutputKind.PROBABILITIES, None)


LOG_DISTANCES: Mapping[str, Callable[[Sequence[FloatArray]], FloatArray]] = {
    "log-correlation": log_correlation,
    "log-correlation-centred": centred_log_correlation,
}

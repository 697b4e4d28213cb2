"""Centred log-probabilities, a row a query."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


@dataclass(frozen=True)
class LogScores(FingerprintMethod):
    """Log-probabilities centred by query and by class.

    Far from the data every net of one recipe leans to the same few classes; without the class
    means that common lean would pass for kinship (honest models up to .95, then .43).
    """

    name: ClassVar[str] = "log_scores"
    needs: ClassVar[Access] = Access.SCORES
    aligned: ClassVar[bool] = True

    def extract(self, responses: Responses) -> FloatArray:
        """(n, k), a row a query."""
        scores = log_scores(responses)
        return np.asarray(scores - scores.mean(axis=0), dtype=np.float64)

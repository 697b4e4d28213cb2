"""Centred log-probabilities, a row a query."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.answers.scales import log_scores
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


@dataclass(frozen=True)
class LogScores(FingerprintMethod):
    """Centred log-probabilities, or the plain outputs of models that do not classify."""

    name: ClassVar[str] = "log_scores"
    needs: ClassVar[Access] = Access.SCORES
    aligned: ClassVar[bool] = True

    def extract(self, responses: Responses) -> FloatArray:
        """(n, k), a row a query."""
        return log_scores(responses)

"""Correlation of centred log-probabilities."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.correlation import Correlation
from modelkin.fingerprints.log_scores import LogScores
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class LogCorrelation(Method):
    """Correlation of centred log-probabilities.

    Sees: scores.
    Cost: one run of the pool a model, none a pair.
    Paper: our own; the strongest single statistic of our pilot for equal label sets.
    """

    name: ClassVar[str] = "log_correlation"
    fingerprint: FingerprintMethod = LogScores()
    similarity: SimilarityMeasure = Correlation()

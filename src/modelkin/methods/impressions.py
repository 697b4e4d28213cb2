"""Correlation of centred log-probabilities on class impressions."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.correlation import Correlation
from modelkin.fingerprints.log_scores import LogScores
from modelkin.protocols import FingerprintMethod, Method, QueryCrafter, SimilarityMeasure
from modelkin.queries.crafting.class_impressions import ClassImpressions


@dataclass(frozen=True)
class Impressions(Method):
    """Correlation of centred log-probabilities on class impressions of the source.

    Sees: scores, equal label sets.
    Cost: one run of queries crafted for the source a model (10,000 to craft), none a pair.
    Paper: our own; class impressions after Nayak et al., ICML 2019.
    """

    name: ClassVar[str] = "impressions"
    crafter: QueryCrafter | None = ClassImpressions()
    fingerprint: FingerprintMethod = LogScores()
    similarity: SimilarityMeasure = Correlation()

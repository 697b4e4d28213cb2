"""Decision distance vectors: how answers move from a seed to its twin."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.cosine import Cosine
from modelkin.fingerprints.decision_distances import DecisionDistances
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class Ddv(Method):
    """Decision distance vectors: how answers move from a seed to its twin.

    Sees: scores, of any label set.
    Cost: one run of the pool's twins a model, none a pair.
    Paper: Li et al., ModelDiff, ISSTA 2021; with fixed twins in place of a search.
    """

    name: ClassVar[str] = "ddv"
    pool_parts: ClassVar[tuple[str, ...]] = ("twins",)
    fingerprint: FingerprintMethod = DecisionDistances()
    similarity: SimilarityMeasure = Cosine()

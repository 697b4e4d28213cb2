"""Mean total variation between the two predicted distributions."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.function_distance import FunctionDistance
from modelkin.fingerprints.class_probabilities import ClassProbabilities
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class TotalVariation(Method):
    """Mean total variation between the two predicted distributions.

    Sees: scores.
    Cost: one run of the pool a model, none a pair.
    Paper: Theiss, Brust and Denzler 2018, with half the L1 norm.
    """

    name: ClassVar[str] = "total_variation"
    fingerprint: FingerprintMethod = ClassProbabilities()
    similarity: SimilarityMeasure = FunctionDistance(p=1, halved=True)

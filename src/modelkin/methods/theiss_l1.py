"""Function-space L1 distance between class probabilities."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.function_distance import FunctionDistance
from modelkin.fingerprints.class_probabilities import ClassProbabilities
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class TheissL1(Method):
    """Function-space L1 distance between class probabilities.

    Sees: scores.
    Cost: one run of the pool a model, none a pair.
    Paper: Theiss, Brust and Denzler 2018 (our reconstruction; the norm is not public).
    """

    name: ClassVar[str] = "theiss_l1"
    fingerprint: FingerprintMethod = ClassProbabilities()
    similarity: SimilarityMeasure = FunctionDistance(p=1)

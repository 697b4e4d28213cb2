"""Correlation of the two models' distances between queries."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.correlation import Correlation
from modelkin.fingerprints.distance_matrix import DistanceMatrix
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class Rsm(Method):
    """Correlation of the two models' distances between queries.

    Sees: scores, of any label set.
    Cost: one run of the pool a model, none a pair.
    Paper: Kriegeskorte et al., 2008; as a fingerprint, Guan et al. (SAC), NeurIPS 2022.
    """

    name: ClassVar[str] = "rsm"
    fingerprint: FingerprintMethod = DistanceMatrix()
    similarity: SimilarityMeasure = Correlation()

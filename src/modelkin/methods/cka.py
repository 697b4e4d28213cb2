"""Debiased CKA of centred log-outputs."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.fingerprints.output_geometry import OutputGeometry
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class Cka(Method):
    """Debiased CKA of centred log-outputs.

    Sees: scores, of any label set.
    Cost: one run of the pool a model, none a pair.
    Paper: Kornblith et al., ICML 2019; debiased after Song et al., JMLR 2012.
    """

    name: ClassVar[str] = "cka"
    fingerprint: FingerprintMethod = OutputGeometry()
    similarity: SimilarityMeasure = DebiasedCka()

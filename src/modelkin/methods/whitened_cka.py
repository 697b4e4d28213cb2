"""Debiased CKA of whitened log-outputs on noise, for kin with other heads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.fingerprints.output_geometry import OutputGeometry
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure
from modelkin.records import Modality


@dataclass(frozen=True)
class WhitenedCka(Method):
    """Debiased CKA of whitened log-outputs on noise, for kin with other heads.

    Sees: scores, of any label set.
    Cost: one run of the pool's noise a model, none a pair.
    Paper: Kornblith et al., ICML 2019; whitening and queries are our own.
    """

    name: ClassVar[str] = "whitened_cka"
    pool_parts: ClassVar[tuple[str, ...]] = ("gaussian", "tinted", "uniform")
    pools: ClassVar[Mapping[Modality, str]] = {Modality.IMAGE: "image-noise-v1"}
    fingerprint: FingerprintMethod = OutputGeometry(ridge=0.01)
    similarity: SimilarityMeasure = DebiasedCka()

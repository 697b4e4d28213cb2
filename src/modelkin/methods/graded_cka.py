"""Debiased CKA of log-outputs, whitened grade by grade, on graded noise: kin with other heads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.debiased_cka import DebiasedCka
from modelkin.fingerprints.graded_geometry import GradedGeometry
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure
from modelkin.records import Modality


@dataclass(frozen=True)
class GradedCka(Method):
    """Debiased CKA of log-outputs, whitened grade by grade, on graded noise: kin with other heads.

    Sees: scores, of any label set.
    Cost: one run of the pool's noise a model, none a pair; 3,600 queries for 8-bit outputs.
    Paper: Kornblith et al., ICML 2019; grades, whitening and queries are our own.

    Made for the pool ``graded-noise-v1``. Between strangers it is 0 up to about 1.4 over the
    root of the sum of squared queries a part, so queries, not models, set how little kinship
    shows; see docs/field.md.
    """

    name: ClassVar[str] = "graded_cka"
    pool_parts: ClassVar[tuple[str, ...]] = ("even-",)
    own_pool: ClassVar[bool] = True
    pools: ClassVar[Mapping[Modality, str]] = {Modality.IMAGE: "graded-noise-v1"}
    fingerprint: FingerprintMethod = GradedGeometry()
    similarity: SimilarityMeasure = DebiasedCka()

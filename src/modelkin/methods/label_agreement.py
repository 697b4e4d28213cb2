"""Share of queries on which both predict one class."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.comparison.agreement import Agreement
from modelkin.fingerprints.predicted_labels import PredictedLabels
from modelkin.protocols import FingerprintMethod, Method, SimilarityMeasure


@dataclass(frozen=True)
class LabelAgreement(Method):
    """Share of queries on which both predict one class.

    Sees: labels.
    Cost: one run of the pool a model, none a pair.
    Paper: the baseline of every paper in the field.
    """

    name: ClassVar[str] = "label_agreement"
    fingerprint: FingerprintMethod = PredictedLabels()
    similarity: SimilarityMeasure = Agreement()

"""Class probabilities, a row a query."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.answers.scales import log_scores, probabilities
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


@dataclass(frozen=True)
class ClassProbabilities(FingerprintMethod):
    """Class probabilities; plain outputs of models that do not classify."""

    name: ClassVar[str] = "class_probabilities"
    needs: ClassVar[Access] = Access.SCORES
    aligned: ClassVar[bool] = True

    def extract(self, responses: Responses) -> FloatArray:
        """(n, k), a row a query."""
        return probabilities(responses) if responses.kind.classifies else log_scores(responses)

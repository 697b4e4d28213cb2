"""Predicted classes: the least a classifier shows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


@dataclass(frozen=True)
class PredictedLabels(FingerprintMethod):
    """Predicted class of every query."""

    name: ClassVar[str] = "predicted_labels"
    needs: ClassVar[Access] = Access.LABEL
    aligned: ClassVar[bool] = True

    def extract(self, responses: Responses) -> FloatArray:
        """(n,) class numbers.

        Raises:
            IncompatibleError: the model does not classify.
        """
        if not responses.kind.classifies:
            raise IncompatibleError(
                f"'{responses.model}' answers with plain vectors, which have no labels",
                hint="use a method that compares vectors, such as cka",
            )
        return responses.labels.astype(np.float64)

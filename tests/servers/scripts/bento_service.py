"""A BentoML service of a classifier whose path stands in CLASSIFIER."""

import os
from typing import Any

import bentoml
import joblib
import numpy as np


@bentoml.service(workers=1)
class Classifier:
    """Names of classes with their probabilities."""

    def __init__(self) -> None:
        self.model = joblib.load(os.environ["CLASSIFIER"])

    @bentoml.api
    def classify(self, rows: list[list[float]]) -> list[dict[str, Any]]:
        """One ranking a row."""
        return [
            {f"class {place}": float(value) for place, value in enumerate(scores)}
            for scores in self.model.predict_proba(np.array(rows))
        ]

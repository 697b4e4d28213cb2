"""Outputs as point clouds, one for each part of a pool, side by side."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.coverage import SATURATED_SHARE, constant_share
from modelkin.answers.scales import log_scores
from modelkin.fingerprints.output_geometry import whitened
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, Responses


@dataclass(frozen=True)
class GradedGeometry(FingerprintMethod):
    """Centred, whitened log-outputs of every part of the pool, in columns of its own.

    Between two parts every model's answers differ for a reason that all share, the brightness or
    the contrast of the queries, which would pass for kinship. So a part is centred and whitened
    alone, and its columns are 0 in all other rows: inner products compare queries of one part
    only. A part that saturates the model is left at 0 and says nothing.

    Attributes:
        ridge: share of the mean variance added to every direction before whitening.
    """

    name: ClassVar[str] = "graded_geometry"
    needs: ClassVar[Access] = Access.SCORES
    ridge: float = 0.01

    def extract(self, responses: Responses) -> FloatArray:
        """(n, parts * k), a row a query; all 0 where every part saturates the model."""
        scores, parts = log_scores(responses), np.array(responses.parts)
        names = list(dict.fromkeys(responses.parts))
        width = scores.shape[1]
        found = np.zeros((len(scores), max(len(names), 1) * width))
        for place, name in enumerate(names):
            rows = np.flatnonzero(parts == name)
            if constant_share(responses.take(rows)) >= SATURATED_SHARE:
                continue
            columns = slice(place * width, (place + 1) * width)
            found[rows, columns] = whitened(scores[rows], self.ridge)
        return found

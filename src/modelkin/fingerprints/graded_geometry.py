"""Outputs as point clouds, one for each part of a pool, side by side."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.coverage import SATURATED_SHARE, constant_share
from modelkin.answers.scales import log_scores
from modelkin.fingerprints.output_geometry import whitened
from modelkin.protocols import FingerprintMethod
from modelkin.records import Access, FloatArray, IntArray, Responses


@dataclass(frozen=True)
class GradedGeometry(FingerprintMethod):
    """Centred, whitened log-outputs of every part of the pool, in columns of its own.

    Between two parts every model's answers differ for a reason that all share, the brightness or
    the contrast of the queries, which would pass for kinship. So a part is centred and whitened
    alone, and its columns are 0 in all other rows: inner products compare queries of one part
    only. A part that saturates the model is left at 0 and says nothing. Parts too short to be
    whitened alone are centred, brought to one size and whitened together.

    Attributes:
        ridge: share of the mean variance added to every direction before whitening.
        least: a part is whitened alone from so many queries a class on.
    """

    name: ClassVar[str] = "graded_geometry"
    needs: ClassVar[Access] = Access.SCORES
    ridge: float = 0.01
    least: int = 5

    def extract(self, responses: Responses) -> FloatArray:
        """(n, columns), a row a query; all 0 where every part saturates the model."""
        scores, parts = log_scores(responses), np.array(responses.parts)
        clouds: list[tuple[IntArray, FloatArray]] = []
        short: list[tuple[IntArray, FloatArray]] = []
        for name in dict.fromkeys(responses.parts):
            rows = np.flatnonzero(parts == name)
            if constant_share(responses.take(rows)) >= SATURATED_SHARE:
                continue
            if len(rows) >= self.least * scores.shape[1]:
                clouds.append((rows, whitened(scores[rows], self.ridge)))
            else:
                short.append((rows, _sized(scores[rows])))
        if short:
            together = np.concatenate([cloud for _, cloud in short])
            clouds.append(
                (np.concatenate([rows for rows, _ in short]), whitened(together, self.ridge))
            )
        found = np.zeros((len(scores), max(1, sum(cloud.shape[1] for _, cloud in clouds))))
        start = 0
        for rows, cloud in clouds:
            found[rows, start : start + cloud.shape[1]] = cloud
            start += cloud.shape[1]
        return found


def _sized(scores: FloatArray) -> FloatArray:
    """(n, k) centred, of mean square length 1."""
    cloud: FloatArray = scores - scores.mean(axis=0)
    size = float(np.sqrt((cloud**2).sum() / len(cloud)))
    return cloud / max(size, np.finfo(np.float64).tiny)

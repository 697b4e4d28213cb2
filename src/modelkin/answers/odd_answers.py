"""Whether a claimed original is crafted on top of a reference, from answers that only one gives."""

from dataclasses import dataclass

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.records import BoolArray, FloatArray, IntArray

LIMIT = 3.5
_LEAST = 3
_EDGE = 0.005


@dataclass(frozen=True, kw_only=True)
class OddAnswers:
    """How far a source shares what a single reference answers.

    Attributes:
        reference: position of the reference that it shares most with.
        share: share of that reference's odd answers that the source gives too.
        usual: mean share of the same that other references give.
        deviations: how far the source lies above them, in pooled standard deviations of log-odds.
    """

    reference: int
    share: float
    usual: float
    deviations: float

    @property
    def related(self) -> bool:
        """Whether this is beyond honest models: more than 3.5 deviations."""
        return self.deviations > LIMIT


def odd_answers(source: IntArray, references: IntArray) -> OddAnswers:
    """Look at the inputs where one reference stands alone: does the source stand with it?

    An answer of a reference is odd where no other reference gives it. Honest models give some of
    them too; how many, each other reference shows when it is left out of those that define what
    is odd. A source that is something else on half of all inputs and this reference on the rest
    gives half of its odd answers, many times what honest models do. It takes no suspect, and all
    candidates may be used, so it is done before anybody is asked.

    What it cannot see: a source built on a model that is no reference, or on many in small parts.

    Args:
        source: (n,) labels of the claimed original.
        references: (k, n) labels of honest models, of different families, at the same inputs.

    Raises:
        IncompatibleError: fewer than 3 references, or the shapes do not fit.
    """
    if references.ndim != 2 or len(references) < _LEAST or references.shape[1:] != source.shape:  # noqa: PLR2004 - a table
        raise IncompatibleError(
            f"references of shape {references.shape} do not show which answers of one another are "
            f"odd, for a source of shape {source.shape}",
            hint=f"give (k, n) labels of at least {_LEAST} honest models and (n,) of the source",
        )
    shares, honest = _shares(source, references)
    usual = np.nanmean(_log_odds(honest), axis=1)
    rest = _log_odds(honest) - usual[:, None]
    # a mean is taken off each row, which costs one degree of freedom
    freedom = len(references) * (len(references) - 2)
    scale = max(float(np.sqrt(np.nansum(rest**2) / freedom)), _EDGE)
    deviations = (_log_odds(shares) - usual) / scale
    most = int(deviations.argmax())
    return OddAnswers(
        reference=most,
        share=float(shares[most]),
        usual=float(np.nanmean(honest[most])),
        deviations=float(deviations[most]),
    )


def _shares(source: IntArray, references: IntArray) -> tuple[FloatArray, FloatArray]:
    """Shares of each reference's odd answers that the source gives, and that each other does."""
    k = len(references)
    alike: BoolArray = references[:, None] == references[None]
    votes = alike.sum(axis=1)
    mine = np.array([_share(source == own, votes[m] == 1) for m, own in enumerate(references)])
    honest = np.full((k, k), np.nan)
    for m in range(k):
        for other in range(k):
            if other != m:
                honest[m, other] = _share(alike[m, other], votes[m] - alike[m, other] == 1)
    return mine, honest


def _share(same: BoolArray, odd: BoolArray) -> float:
    """With half an agreement and half a disagreement added, so that nothing seen is no extreme."""
    return float((same[odd].sum() + 0.5) / (odd.sum() + 1))


def _log_odds(shares: FloatArray) -> FloatArray:
    inside = np.clip(shares, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)

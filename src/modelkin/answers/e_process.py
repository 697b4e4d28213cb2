"""A verdict that may be looked at after every answer: the bound of honest agreement, and the stop.

Two sources of error are kept apart. (1) The draw: queries are asked in an order drawn by a seed
fixed after the commitment, so for a suspect whose agreement with the source over the whole pool is
at most ``bound`` the capital ``E`` of ``pool_evidence`` is a non-negative supermartingale with
start 1: it ever reaches ``1 / alpha`` with chance at most ``alpha`` (Ville), whenever one stops.
(2) The bound: honest models whose answers took no part in choosing the pool say how large honest
agreement gets. n of them cannot vouch for more than ``1 - 1 / (n + 1)`` of honest models, however
small alpha is, and both numbers belong into a verdict.

Shafer, Testing by betting (2021); Ville's inequality as in Waudby-Smith and Ramdas (2023).
"""

from dataclasses import dataclass

import numpy as np

from modelkin.errors import UsageError
from modelkin.records import FloatArray, IntArray

_LEAST, _MOST = 0.01, 0.95


@dataclass(frozen=True, kw_only=True)
class AgreementBound:
    """How often honest models agree with the source over the whole pool, at most.

    Attributes:
        value: the bound that bets are made against, in [.01, .95].
        largest: the largest agreement of any calibrating family.
        margin: what was added for honest models not seen.
        families: independent families that it rests on.
    """

    value: float
    largest: float
    margin: float
    families: int

    @property
    def coverage(self) -> float:
        """1 / (families + 1): the chance that the next honest family lies above them all."""
        return 1 / (self.families + 1)


def agreement_bound(agreement: FloatArray, *, margin: float = 0.5) -> AgreementBound:
    """Bound honest agreement by calibrating families, with room for one not seen.

    The largest of n is no bound for the next family. What is added is a multiple of the families'
    own spread, leave-one-out: the mean, over families, of how far each lies from the mean of
    the others.

    Args:
        agreement: (families,) share of the pool on which each family agrees with the source; of
            a family with several models, the largest.
        margin: multiple of the spread; 0 takes the largest as it is.

    Raises:
        UsageError: no family, or the margin is negative.
    """
    if not len(agreement) or margin < 0:
        raise UsageError(
            f"{len(agreement)} calibrating families and a margin of {margin:g} bound nothing",
            hint="keep references that do not choose queries, and a margin of 0 or more",
        )
    largest, families = float(agreement.max()), len(agreement)
    others = (agreement.sum() - agreement) / max(families - 1, 1)
    spread = float(np.abs(agreement - others).mean()) if families > 1 else 1.0
    added = margin * spread
    value = float(np.clip(largest + added, _LEAST, _MOST))
    return AgreementBound(value=value, largest=largest, margin=added, families=families)


def stopped(log_capital: FloatArray, alpha: float) -> IntArray:
    """Answers after which the capital first reached ``1 / alpha``; 0 where it never did.

    Args:
        log_capital: (n, ...) from ``pool_evidence.pool_capital``.
        alpha: wanted bound on false accusations by the draw.
    """
    reached = log_capital >= -np.log(alpha)
    return np.where(reached.any(axis=0), reached.argmax(axis=0) + 1, 0)

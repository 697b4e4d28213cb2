"""A verdict that may be looked at after every answer: betting against "honest" by labels alone.

Two sources of error are kept apart. (1) The draw: queries are drawn independently from a committed
pool, by a seed fixed after the commitment, so for a suspect whose agreement with the source over
the whole pool is at most ``bound`` the capital ``E`` is a non-negative supermartingale with start
1: it ever reaches ``1 / alpha`` with chance at most ``alpha`` (Ville), whenever one stops.
(2) The bound: honest models whose answers took no part in choosing the pool say how large honest
agreement gets. n of them cannot vouch for more than ``1 - 1 / (n + 1)`` of honest models, however
small alpha is, and both numbers belong into a verdict.

Bets: Shafer, Testing by betting (2021); Ville's inequality as in Waudby-Smith and Ramdas (2023).
"""

from dataclasses import dataclass

import numpy as np

from modelkin.errors import UsageError
from modelkin.records import BoolArray, FloatArray, IntArray

_ODDS = (0.8, 1.5, 2.2, 3.2)
_SHARES = (0.1, 0.2, 0.4, 0.3)
_LEAST, _MOST = 0.01, 0.95
_ODD_SHARE, _ODD_TIMES = 0.3, 2.0


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


def related_reference(agreement: FloatArray) -> int | None:
    """The calibrating family that itself looks derived from the source, if one does.

    A source crafted on top of a reference agrees with it as with nothing else. Such a reference
    must not be left out silently: the verdict is withheld until it is explained.

    Args:
        agreement: (families,) share of the pool on which each agrees with the source.

    Returns:
        Its position: above .3 and more than twice the median of the others; None for none.
    """
    if len(agreement) < len(("first", "second")):
        return None
    *others, first = np.sort(agreement).tolist()
    odd = first > max(_ODD_SHARE, _ODD_TIMES * float(np.median(others)))
    return int(agreement.argmax()) if odd else None


def examiner_draw(size: int, n: int, rng: np.random.Generator) -> IntArray:
    """N independent positions of a pool, repetitions included, by the examiner's generator."""
    return rng.integers(0, size, n)


def capital(agree: BoolArray, bound: float) -> FloatArray:
    """Log E after each answer: a mixture of bets that the suspect agrees more often than honest.

    ``E_n = sum_k w_k prod_t (p_k / r)^A_t ((1 - p_k) / (1 - r))^(1 - A_t)``, the odds of ``p_k``
    e^0.8, e^1.5, e^2.2 and e^3.2 times those of the bound r.

    Args:
        agree: (n, ...) whether the suspect answered like the source, in the order of asking.
        bound: r.

    Returns:
        (n, ...) natural logarithms.

    Raises:
        UsageError: the bound is not within 0 and 1.
    """
    if not 0 < bound < 1:
        raise UsageError(f"an agreement bound of {bound:g}", hint="give a share within 0 and 1")
    seen = np.cumsum(agree, axis=0)
    rounds = np.arange(1, len(agree) + 1).reshape(-1, *(1,) * (agree.ndim - 1))
    # with odds e^theta times the bound's, agreement gains theta and every round costs log z
    logs = [
        np.log(share) + odds * seen - rounds * np.log1p(np.expm1(odds) * bound)
        for share, odds in zip(_SHARES, _ODDS, strict=True)
    ]
    best = np.max(logs, axis=0)
    summed: FloatArray = best + np.log(np.exp(np.array(logs) - best).sum(axis=0))
    return summed


def stopped(log_capital: FloatArray, alpha: float) -> IntArray:
    """Answers after which the capital first reached ``1 / alpha``; 0 where it never did.

    Args:
        log_capital: (n, ...) from ``capital``.
        alpha: wanted bound on false accusations by the draw.
    """
    reached = log_capital >= -np.log(alpha)
    return np.where(reached.any(axis=0), reached.argmax(axis=0) + 1, 0)

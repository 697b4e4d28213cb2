"""One error rate for many questions: Holm, Benjamini-Hochberg, e-BH for e-values."""

from collections.abc import Sequence

import numpy as np

from modelkin.errors import UsageError
from modelkin.records import FloatArray


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values so that those at most alpha hold together, whatever they depend on.

    The chance that any honest one among them ends at or below alpha is at most alpha
    (Holm 1979).

    Args:
        p_values: one a question, each in (0, 1].

    Returns:
        The adjusted p-values in the order given; none is smaller than the one it came from.

    Raises:
        UsageError: a number is no p-value.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    given = _checked(p_values)
    order = np.argsort(given, kind="stable")
    steps = given[order] * np.arange(len(given), 0, -1)
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(value) for value in adjusted]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values so that of those at most alpha a share of alpha is false, in expectation.

    Holds for independent p-values, and for such that depend positively, as conformal ones with
    one null do (Benjamini and Hochberg 1995; Bates et al., Annals of Statistics 51, 2023).

    Args:
        p_values: one a question, each in (0, 1].

    Returns:
        The adjusted p-values in the order given; none is smaller than the one it came from.

    Raises:
        UsageError: a number is no p-value.

    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    given = _checked(p_values)
    order = np.argsort(given, kind="stable")
    steps = given[order] * (len(given) / np.arange(1, len(given) + 1))
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum.accumulate(np.minimum(steps, 1.0)[::-1])[::-1]
    return [float(round(value, 15)) for value in adjusted]


def e_bh(e_values: Sequence[float], alpha: float) -> list[bool]:
    """Which e-values count when at most a share alpha of those that do may be false.

    With m questions, the k largest count, for the largest k whose k-th e-value is at least
    ``m / (alpha k)``. The expected share of honest ones among them is at most alpha, whatever
    they depend on (Wang and Ramdas, JRSS B 84, 2022).

    Args:
        e_values: one a question, 0 or more; infinity is allowed.
        alpha: the share, between 0 and 1.

    Returns:
        Whether each counts, in the order given.

    Raises:
        UsageError: a number is no e-value, or alpha no share.

    >>> e_bh([100.0, 30.0, 1.0], 0.1)
    [True, True, False]
    """
    given = np.asarray(e_values, dtype=np.float64)
    if not (given >= 0).all():
        raise UsageError(f"{list(e_values)} are no e-values", hint="each must be 0 or more")
    if not 0 < alpha < 1:
        raise UsageError(f"alpha {alpha:g} is no share between 0 and 1", hint="0.05 is usual")
    falling = np.sort(given)[::-1]
    ranks = np.arange(1, len(given) + 1)
    passed = np.flatnonzero(falling * alpha * ranks >= len(given) * (1 - 1e-12))
    if not len(passed):
        return [False] * len(given)
    least = falling[passed[-1]]
    return [bool(value >= least) for value in given]


def _checked(p_values: Sequence[float]) -> FloatArray:
    given = np.asarray(p_values, dtype=np.float64)
    if not ((given > 0) & (given <= 1)).all():
        raise UsageError(
            f"{list(p_values)} are no p-values", hint="each must be above 0 and at most 1"
        )
    return given

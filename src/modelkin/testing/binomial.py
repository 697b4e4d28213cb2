"""The exact binomial tail, for bounds on error rates."""

import math


def upper_tail(successes: int, trials: int, probability: float) -> float:
    """Chance of at least so many successes.

    Args:
        successes: observed number.
        trials: independent trials.
        probability: of success in each, strictly between 0 and 1.

    >>> round(upper_tail(9, 10, 0.5), 6)
    0.010742
    """
    log_yes, log_no = math.log(probability), math.log1p(-probability)
    whole = math.lgamma(trials + 1)
    return math.fsum(
        math.exp(
            whole
            - math.lgamma(count + 1)
            - math.lgamma(trials - count + 1)
            + count * log_yes
            + (trials - count) * log_no
        )
        for count in range(successes, trials + 1)
    )

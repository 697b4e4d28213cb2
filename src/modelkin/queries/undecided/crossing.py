"""Where a straight line between two pictures crosses the model's boundary, under noise."""

import numpy as np

from modelkin.queries.undecided.judge import Judge
from modelkin.records import FloatArray

STEPS, DRAWS = 7, 3


def cross(
    judge: Judge, usual: FloatArray, other: FloatArray, *, sd: float, rng: np.random.Generator
) -> tuple[FloatArray, float]:
    """Halve the line; the noise is there from the start, since it moves the boundary.

    Costs ``STEPS * DRAWS`` queries.

    Args:
        judge: asks the model.
        usual: (h, w, 3) a picture of the usual class.
        other: (h, w, 3) one of another class.
        sd: of the noise.
        rng: of the noise.

    Returns:
        The picture between them on which the model was least decided, and its mean lead there.
    """
    low, high, best, least = 0.0, 1.0, usual, np.inf
    for _ in range(STEPS):
        middle = (low + high) / 2
        picture = usual + middle * (other - usual)
        lead = float(judge.leads(judge.answers([picture] * DRAWS, sd=sd, rng=rng)).mean())
        if abs(lead) < abs(least):
            best, least = picture, lead
        low, high = (middle, high) if lead > 0 else (low, middle)
    return best, least

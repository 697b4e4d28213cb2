"""What boosted trees of all libraries have in common."""

from collections.abc import Collection

import numpy as np

from modelkin.records import AnyArray, OutputKind


def class_outputs(
    objective: str, *, one: Collection[str], several: Collection[str], each: Collection[str]
) -> OutputKind:
    """What a booster's predictions mean, by its objective.

    Args:
        objective: name of the training objective.
        one: objectives of two classes, answered by the probability of the second.
        several: objectives of several classes, answered by probabilities.
        each: objectives of several classes, each with a probability of its own.
    """
    if objective in one or objective in several:
        return OutputKind.PROBABILITIES
    return OutputKind.SIGMOIDS if objective in each else OutputKind.VECTORS


def pair_of_probabilities(second: AnyArray) -> AnyArray:
    """Both columns of two classes, from the probability of the second."""
    flat = np.asarray(second).reshape(-1)
    return np.column_stack([1 - flat, flat])

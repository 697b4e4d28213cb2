"""Targets, starts and the choice of class impressions."""

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.protocols import Oracle
from modelkin.queries.randomness import numbers
from modelkin.queries.ranking import best_of
from modelkin.queries.seeding import shuffled
from modelkin.records import AnyArray, FloatArray, IntArray

_SUM_TOLERANCE = 1e-3
_LEAST_SHARE = 0.5
_LEAST_CLASSES = 2


def classified(source: Oracle, queries: AnyArray) -> FloatArray:
    """(n, k) log-probabilities of a source that has classes.

    Raises:
        IncompatibleError: its answers are plain vectors.
    """
    logs = source.log_probabilities(queries)
    with np.errstate(over="ignore"):
        sums = np.exp(logs).sum(axis=1)
    if logs.shape[1] < _LEAST_CLASSES or not bool((np.abs(sums - 1) <= _SUM_TOLERANCE).all()):
        raise IncompatibleError(
            "class impressions need a source that answers with probabilities of classes",
            hint="for embeddings craft with mutation_twins, as ddv_black_box does",
        )
    return logs


def mixed_targets(count: int, classes: int, rng: np.random.Generator) -> FloatArray:
    """(count, classes) distributions, one class and mixtures of two in turns.

    Every class leads as often as any other, give or take one. Of a mixture the leading class
    has between half and all.
    """
    turns = -(-count // classes)
    leading = np.concatenate([shuffled(classes, rng) for _ in range(turns)])[:count]
    targets = np.zeros((count, classes))
    for row, lead in enumerate(leading):
        share, other = numbers(rng, 2)
        part = (1 - _LEAST_SHARE) * share if row % 2 else 0.0
        targets[row, lead] = 1 - part
        targets[row, (lead + 1 + int(other * (classes - 1))) % classes] += part
    return targets


def nearest_starts(targets: FloatArray, logs: FloatArray) -> IntArray:
    """The start that is answered most like each target, none taken twice.

    Args:
        targets: (n, k) wanted distributions.
        logs: (m, k) log-probabilities of the starts, m at least n.

    Returns:
        (n,) positions of starts.
    """
    worth = targets @ logs.T
    found = np.empty(len(targets), dtype=np.int64)
    for row in range(len(targets)):
        found[row] = int(worth[row].argmax())
        worth[:, found[row]] = -np.inf
    return found


def sure_and_unsure(logs: FloatArray, n: int) -> IntArray:
    """Positions where the source is surest and least sure, in turns.

    Sure is a large top probability, unsure a small gap between the two best classes. No class
    takes more than a tenth of either half while others are left.

    Args:
        logs: (m, k) log-probabilities of the candidates, m at least n.
        n: how many.
    """
    labels = logs.argmax(axis=1)
    best = np.sort(logs, axis=1)[:, -2:]
    sure = best_of(-best[:, 1], labels, -(-n // 2))
    rest = np.setdiff1d(np.arange(len(logs)), sure)
    gap = best[rest, 1] - best[rest, 0]
    chosen = np.empty(n, dtype=np.int64)
    chosen[::2] = sure
    if n > 1:
        chosen[1::2] = rest[best_of(gap, labels[rest], n // 2)]
    return chosen

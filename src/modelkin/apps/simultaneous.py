"""Is a flagged model nearer to any of many others than honest models are? One error rate for all.

A flagged model that is unrelated to the models of the apps is, for them, one more honest model:
exchangeable with the references, whatever the apps hold. So the references are scored against the
same apps, and the flagged model's best score is ranked among theirs. The best over all models is
taken on both sides, so the number of models costs nothing (the maximum statistic of Westfall and
Young, Resampling-Based Multiple Testing, 1993, with who is called flagged permuted), and stepping
down keeps the error rate for every set of models that are truly unrelated.
"""

import numpy as np

from modelkin.records import FloatArray


def standing(scores: FloatArray) -> FloatArray:
    """How far each candidate stands out, in standard deviations of all candidates.

    All candidates of a column enter alike, so that exchangeable ones stay exchangeable (Grubbs,
    Technometrics 11, 1969). Without it a model to which everything is near would hide the others.

    Args:
        scores: (c, m) similarity of each candidate to each model of the apps.

    Returns:
        (c, m), 0 in a column of equal numbers.
    """
    spread = scores.std(axis=0)
    flat = spread <= np.finfo(np.float64).eps * np.abs(scores).max(axis=0, initial=0.0)
    return np.asarray(
        np.where(flat, 0.0, (scores - scores.mean(axis=0)) / np.where(flat, 1.0, spread))
    )


def alone(scores: FloatArray) -> FloatArray:
    """(m,) p-value for each model of the apps by itself; the first candidate is the flagged one."""
    return np.asarray((1 + (scores[1:] >= scores[0]).sum(axis=0)) / len(scores))


def together(scores: FloatArray) -> FloatArray:
    """P-values that hold for all models of the apps together.

    Whatever the models depend on, the chance that any unrelated one gets a p-value of at most
    alpha is at most alpha.

    Args:
        scores: (c, m), comparable across columns; the first candidate is the flagged one, the
            others are one honest family each.

    Returns:
        (m,) p-values, none below 1/c.
    """
    order = np.argsort(-scores[0], kind="stable")
    # the best score of each reference among this model and all that stand below it
    rest = np.maximum.accumulate(scores[1:, order[::-1]], axis=1)[:, ::-1]
    steps = (1 + (rest >= scores[0, order]).sum(axis=0)) / len(scores)
    found = np.empty(len(order))
    found[order] = np.maximum.accumulate(steps)
    return found

"""Do two models name the same classes, in the same order?"""

from dataclasses import dataclass, replace

import numpy as np

from modelkin.answers.scales import log_scores
from modelkin.records import FloatArray, IntArray, OutputKind, Responses

_HELD_OUT = 4
_WEAK = 0.2
_CLEAR = 0.5
_LEAD = 0.3


@dataclass(frozen=True, eq=False)
class Alignment:
    """How the label sets of two models relate.

    Attributes:
        label_sets: "same", "permuted" or "different".
        order: for each class of the first model, the column of the second; None unless permuted.
        note: how it was found out.
        spent: pool positions used for matching, which must not enter the comparison.
        same_width: both give equally many numbers.
    """

    label_sets: str
    order: IntArray | None
    note: str
    spent: IntArray
    same_width: bool = True


_NOTHING = np.empty(0, dtype=np.int64)


def align(a: Responses, b: Responses) -> Alignment:
    """Match the classes of two models asked the same queries.

    Columns are matched by their correlation on every fourth pair of queries; a permutation is
    accepted only when each class has the other as its best match and the gain over the given
    order is clear.
    """
    if OutputKind.LABELS in {a.kind, b.kind}:
        return Alignment(
            "same", None, "only labels are seen; equal numbers mean equal classes", _NOTHING
        )
    first, second = log_scores(a), log_scores(b)
    if first.shape[1] != second.shape[1] or a.kind.classifies is not b.kind.classifies:
        sizes = f"{first.shape[1]} and {second.shape[1]} outputs"
        return Alignment("different", None, sizes, _NOTHING, same_width=False)
    held = np.flatnonzero((a.index // 2) % _HELD_OUT == 0)
    fit = _correlations(first[held], second[held])
    given = float(np.mean(np.diag(fit)))
    order = np.asarray(fit.argmax(axis=1), dtype=np.int64)
    back = fit.argmax(axis=0)
    mutual = bool((back[order] == np.arange(len(order))).all())
    best = float(np.mean(fit[np.arange(len(order)), order]))
    if mutual and best >= _CLEAR and best - given >= _LEAD:
        note = f"matched on held-out queries (mean correlation {best:.2f}, {given:.2f} as given)"
        return Alignment("permuted", order, note, a.index[held])
    if given < _WEAK:
        note = f"equally many outputs, but they do not match (mean correlation {given:.2f})"
        return Alignment("different", None, note, _NOTHING)
    return Alignment("same", None, f"the order given fits (mean correlation {given:.2f})", _NOTHING)


def reorder(responses: Responses, alignment: Alignment) -> Responses:
    """Put the second model's classes into the first one's order."""
    if alignment.order is None:
        return responses
    return replace(responses, values=responses.values[:, alignment.order])


def _correlations(a: FloatArray, b: FloatArray) -> FloatArray:
    """(k, k) correlation of every column of ``a`` with every column of ``b``; 0 for constants."""
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    scale = np.outer(np.linalg.norm(a, axis=0), np.linalg.norm(b, axis=0))
    return np.asarray(np.divide(a.T @ b, scale, out=np.zeros(scale.shape), where=scale > 0))

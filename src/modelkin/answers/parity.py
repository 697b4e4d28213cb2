"""Reading two models' answers as an original and its export."""

from collections.abc import Sequence

import numpy as np

from modelkin.answers.coincidence import coincidence
from modelkin.answers.scales import log_scores, probabilities
from modelkin.records import (
    FloatArray,
    OutputKind,
    Parity,
    ParityLevel,
    Responses,
)

EQUIVALENT_WITHIN = 0.01
"""Largest difference in probability (or share of the outputs' range) that still counts as equal."""
_DRIFT_AGREEMENT, _DRIFT_TYPICAL = 0.9, 0.05
_SHOWN = 5


def measure_parity(source: Responses, suspect: Responses, ids: Sequence[str]) -> Parity | None:
    """Compare numbers; None when there are no numbers to compare.

    Args:
        source: the original's answers that entered.
        suspect: the export's, to the same queries, classes in the original's order.
        ids: query ids of the pool.
    """
    if OutputKind.LABELS in {source.kind, suspect.kind}:
        return None
    both = source.kind.classifies and suspect.kind.classifies
    read = probabilities if both else log_scores
    first, second = read(source), read(suspect)
    if first.shape != second.shape:
        return None
    gaps = np.abs(first - second)
    by_query, by_output = gaps.max(axis=1), gaps.max(axis=0)
    changed = int(np.sum(source.labels != suspect.labels)) if both else 0
    diagnosis = None
    if (
        both
        and OutputKind.LOGITS in {source.kind, suspect.kind}
        and source.kind is not suspect.kind
    ):
        lacking = suspect if suspect.kind is OutputKind.LOGITS else source
        diagnosis = f"'{lacking.model}' lacks the softmax that the other one ends with"
    scale = 1.0 if both else (float(np.ptp(first)) or 1.0)
    name = "class" if both else "output"
    return Parity(
        level=_level(source, suspect, by_query / scale, changed),
        unit="probability" if both else "the outputs' own unit",
        tolerance=float(by_query.max()),
        typical=float(np.median(by_query)),
        labels_changed=changed,
        n=len(by_query),
        by_output=tuple((f"{name} {i}", float(by_output[i])) for i in _worst(by_output)),
        worst=tuple((ids[source.index[i]], float(by_query[i])) for i in _worst(by_query)),
        diagnosis=diagnosis,
    )


def _level(
    source: Responses, suspect: Responses, by_query: FloatArray, changed: int
) -> ParityLevel:
    if coincidence(source, suspect) is not None:
        return ParityLevel.IDENTICAL
    # a changed label within the tolerance is a tie that fell the other way
    if float(by_query.max()) <= EQUIVALENT_WITHIN:
        return ParityLevel.EQUIVALENT
    agreement = 1 - changed / len(by_query)
    if agreement >= _DRIFT_AGREEMENT and float(np.median(by_query)) <= _DRIFT_TYPICAL:
        return ParityLevel.DRIFT
    return ParityLevel.DIFFERENT


def _worst(values: FloatArray) -> list[int]:
    order: list[int] = np.argsort(-values, kind="stable")[:_SHOWN].tolist()
    return order

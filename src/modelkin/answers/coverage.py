"""How well a model answers each part of a pool: class coverage and saturation."""

from collections import Counter

import numpy as np

from modelkin.answers.scales import log_values
from modelkin.records import AnyArray, FloatArray, OutputKind, PartCoverage, Responses

SATURATED_SHARE = 0.9
"""A part is dropped when this share of a model's answers is constant or empty one-hot."""
_PIECE = 64
_SAME_NATS = 1e-3
_SAME_SHARE = 1e-6


def measure_coverage(responses: Responses) -> tuple[PartCoverage, ...]:
    """Measure every part of the pool, in the order of their first query."""
    parts = np.array(responses.parts)
    return tuple(
        _one_part(part, responses.take(np.flatnonzero(parts == part)))
        for part in dict.fromkeys(responses.parts)
    )


def constant_share(responses: Responses) -> float:
    """Share of answers equal to the commonest answer."""
    if len(responses) == 0:
        return 1.0
    return max(_tally(responses).values()) / len(responses)


def distinct_share(responses: Responses) -> float:
    """Share of answers that no other query got."""
    if len(responses) == 0:
        return 0.0
    return len(_tally(responses)) / len(responses)


def one_hot_share(responses: Responses) -> float:
    """Share of answers with exact zeros beside the winner, which leave only the label."""
    if responses.kind is not OutputKind.PROBABILITIES or len(responses) == 0:
        return 0.0
    nonzero = np.count_nonzero(responses.values, axis=1)
    return float(np.mean(nonzero <= 1))


def _one_part(part: str, responses: Responses) -> PartCoverage:
    constant, one_hot = constant_share(responses), one_hot_share(responses)
    classifies = responses.kind.classifies
    # a label is one of few, so many equal labels are no sign of saturation unless all are equal
    scores = responses.kind is not OutputKind.LABELS
    limit = SATURATED_SHARE if scores else 1.0
    return PartCoverage(
        part=part,
        n=len(responses),
        classes=len(np.unique(responses.labels)) if classifies else 0,
        constant=constant,
        one_hot=one_hot,
        saturated=len(responses) > 1 and (constant >= limit or one_hot >= SATURATED_SHARE),
    )


def _tally(responses: Responses) -> Counter[bytes]:
    """How often each answer was given; in pieces, so that no second copy of all answers is held."""
    resolution = _SAME_NATS
    if responses.kind is OutputKind.VECTORS:
        resolution = _SAME_SHARE * (float(np.abs(_reals(responses.values)).max()) or 1.0)
    found: Counter[bytes] = Counter()
    for start in range(0, len(responses), _PIECE):
        piece = responses.values[start : start + _PIECE]
        if responses.kind is OutputKind.LABELS:
            rows = _reals(piece)
        else:
            rows = np.rint(log_values(piece, responses.kind, responses.step) / resolution) + 0.0
        found.update(row.tobytes() for row in rows)
    return found


def _reals(values: AnyArray) -> FloatArray:
    return values.astype(np.float64)

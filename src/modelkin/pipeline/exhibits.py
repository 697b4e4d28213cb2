"""The queries worth looking at: where two models differ most, and typical ones."""

import numpy as np

from modelkin.answers.scales import log_scores, probabilities
from modelkin.records import Exhibit, FloatArray, OutputKind, Pool, Responses

_DIFFERING, _TYPICAL, _SHOWN = 8, 4, 3


def pick_exhibits(
    pool: Pool, source: Responses, suspect: Responses, *, aligned: bool
) -> tuple[Exhibit, ...]:
    """Choose queries for the report, most disagreeing first, then typical ones.

    Args:
        pool: the queries.
        source: the source's answers that entered.
        suspect: the suspect's, to the same queries.
        aligned: classes mean the same on both sides.
    """
    apart = _disagreement(source, suspect, aligned=aligned)
    order = np.argsort(-apart, kind="stable")
    rest = order[_DIFFERING:]
    middle = len(rest) // 2
    typical = rest[max(0, middle - _TYPICAL // 2) :][:_TYPICAL]
    largest = float(apart.max()) or 1.0
    chosen = [(row, False) for row in order[:_DIFFERING]] + [(row, True) for row in typical]
    return tuple(
        _exhibit(
            pool, source, suspect, int(row), disagreement=apart[row] / largest, typical=is_typical
        )
        for row, is_typical in chosen
    )


def _disagreement(source: Responses, suspect: Responses, *, aligned: bool) -> FloatArray:
    """(n,) how far apart the two answers to each query are."""
    if OutputKind.LABELS in {source.kind, suspect.kind}:
        return np.asarray(source.labels != suspect.labels, dtype=np.float64)
    if aligned and source.kind.classifies:
        gap = np.abs(probabilities(source) - probabilities(suspect))
        return np.asarray(gap.sum(axis=1) / 2)
    first, second = log_scores(source), log_scores(suspect)
    if aligned:
        return np.asarray(np.abs(first - second).sum(axis=1))
    return np.asarray(1 - _row_correlations(_neighbourhood(first), _neighbourhood(second)))


def _neighbourhood(cloud: FloatArray) -> FloatArray:
    """(n, m) how each answer lies to a sample of the others; comparable across label sets."""
    anchors = cloud[np.linspace(0, len(cloud) - 1, min(len(cloud), 64)).astype(np.int64)]
    products: FloatArray = cloud @ anchors.T
    squares = (cloud**2).sum(axis=1)[:, None] + (anchors**2).sum(axis=1) - 2 * products
    return np.asarray(np.sqrt(np.maximum(squares, 0.0)))


def _row_correlations(a: FloatArray, b: FloatArray) -> FloatArray:
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return np.asarray(np.divide((a * b).sum(axis=1), norms, out=np.zeros(len(a)), where=norms > 0))


def _exhibit(
    pool: Pool,
    source: Responses,
    suspect: Responses,
    row: int,
    *,
    disagreement: float,
    typical: bool,
) -> Exhibit:
    position = int(source.index[row])
    return Exhibit(
        query=pool.ids[position],
        part=pool.parts[position],
        content=pool.read(position, position + 1)[0],
        source=_top(source, row),
        suspect=_top(suspect, row),
        disagreement=float(disagreement),
        typical=typical,
    )


def _top(responses: Responses, row: int) -> tuple[tuple[str, float], ...]:
    if responses.kind is OutputKind.LABELS:
        return ((f"class {int(responses.labels[row])}", 1.0),)
    one = responses.take(np.array([row]))
    if not responses.kind.classifies:
        values = one.values[0].astype(np.float64)[:_SHOWN]
        return tuple((f"output {i}", float(value)) for i, value in enumerate(values))
    scores = probabilities(one)[0]
    best = np.argsort(-scores, kind="stable")[:_SHOWN]
    return tuple((f"class {i}", float(scores[i])) for i in best)

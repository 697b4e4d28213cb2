"""Are two models' answers one and the same, bit for bit or to rounding?"""

import numpy as np

from modelkin.answers.coverage import distinct_share
from modelkin.answers.scales import log_scores, probabilities
from modelkin.records import Access, OutputKind, Responses

_NEEDED_ANSWERS = 30
_NEEDED_CLASSES = 2
_RELATIVE = 1e-4
_ABSOLUTE = 1e-5


def coincidence(a: Responses, b: Responses) -> str | None:
    """Say in what sense all answers coincide, or None.

    Labels never suffice: honest models of one task agree on 99.6 % of them. Nor do answers that
    hardly vary, which is why at least 30 distinct ones over two classes are asked for.

    Args:
        a: responses of one model.
        b: responses of the other, to the same queries, classes in the same order.
    """
    if not _comparable(a, b):
        return None
    found = _coincides(a, b)
    # counting distinct answers costs most, and hardly two models come so far
    return found if found and _varied(a) and _varied(b) else None


def _coincides(a: Responses, b: Responses) -> str | None:
    if a.values.dtype == b.values.dtype and np.array_equal(a.values, b.values):
        return "bit for bit"
    if _close(a, b):
        return f"within rounding (relative {_RELATIVE:g}, absolute {_ABSOLUTE:g})"
    step = max(a.step or 0.0, b.step or 0.0)
    if step and a.kind.classifies and _apart(a, b) <= step / 2 + _ABSOLUTE:
        return f"within half the output's quantization step of {step:g}"
    return None


def _comparable(a: Responses, b: Responses) -> bool:
    scores = a.access is b.access is Access.SCORES
    labels = OutputKind.LABELS in {a.kind, b.kind}
    alike = a.kind.classifies is b.kind.classifies and len(a) == len(b)
    return scores and not labels and alike


def _apart(a: Responses, b: Responses) -> float:
    first, second = probabilities(a), probabilities(b)
    return float(np.abs(first - second).max()) if first.shape == second.shape else np.inf


def _close(a: Responses, b: Responses) -> bool:
    if not a.kind.classifies or OutputKind.PROBABILITIES not in {a.kind, b.kind}:
        logs, others = log_scores(a), log_scores(b)
        same = logs.shape == others.shape
        return same and np.allclose(logs, others, rtol=_RELATIVE, atol=_ABSOLUTE)
    first, second = probabilities(a), probabilities(b)
    same = first.shape == second.shape
    return same and np.allclose(first, second, rtol=_RELATIVE, atol=_ABSOLUTE)


def _varied(responses: Responses) -> bool:
    distinct = distinct_share(responses) * len(responses)
    classes = len(np.unique(responses.labels)) if responses.kind.classifies else _NEEDED_CLASSES
    return distinct >= _NEEDED_ANSWERS and classes >= _NEEDED_CLASSES

"""Finding out what the numbers of an answer mean, and choosing among several outputs."""

from collections.abc import Sequence

import numpy as np

from modelkin.records import AnyArray, OutputKind, Signature

_SUM_TOLERANCE = 1e-3


def choose_output(
    outputs: Sequence[AnyArray], signature: Signature
) -> tuple[AnyArray, float | None]:
    """Pick the answer to compare among a model's output tensors.

    Scores win over labels; several score tensors without a common shape are laid end to end.

    Args:
        outputs: one array an output tensor, batch axis first.
        signature: the model's own, for output steps.

    Returns:
        The (n, k) answers and their quantization step, or None.
    """
    rows = len(outputs[0])
    flat = [np.asarray(output).reshape(rows, -1) for output in outputs]
    scores = [i for i, values in enumerate(flat) if np.issubdtype(values.dtype, np.floating)]
    steps = (
        [spec.scale for spec in signature.outputs] if len(signature.outputs) == len(flat) else []
    )
    if not scores:
        return flat[0], None
    wide = [i for i in scores if flat[i].shape[1] > 1]
    if len(scores) == 1 or (len(wide) == 1 and flat[wide[0]].ndim == outputs[wide[0]].ndim):
        chosen = wide[0] if len(wide) == 1 else scores[0]
        return flat[chosen], (steps[chosen] if steps else None)
    return np.concatenate([flat[i] for i in scores], axis=1), None


def detect_kind(values: AnyArray, step: float | None, stated: OutputKind | None) -> OutputKind:
    """Tell what the scores mean, from what the file states or from the values.

    Args:
        values: (n, k) answers.
        step: quantization step, which loosens the test for rows that sum to one.
        stated: what the file or an override says; believed where the values allow it.
    """
    if not np.issubdtype(values.dtype, np.floating):
        return OutputKind.LABELS if values.shape[1] == 1 else OutputKind.VECTORS
    if stated is not None:
        return stated
    width = values.shape[1]
    within = float(values.min()) >= 0 and float(values.max()) <= 1 + _SUM_TOLERANCE
    if width == 1:
        return OutputKind.SIGMOIDS if within else OutputKind.VECTORS
    slack = _SUM_TOLERANCE + (width * step if step else 0.0)
    if within and bool((np.abs(values.sum(axis=1, dtype=np.float64) - 1) <= slack).all()):
        return OutputKind.PROBABILITIES
    return OutputKind.SIGMOIDS if within else OutputKind.LOGITS


def usable_rows(values: AnyArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """(n,) whether each answer holds only finite numbers."""
    if not np.issubdtype(values.dtype, np.floating):
        return np.ones(len(values), dtype=np.bool_)
    return np.asarray(np.isfinite(values).all(axis=1))

"""The same model under a more decided head, its answers in 8 bits."""

from dataclasses import replace

import numpy as np

from modelkin.answers.scales import log_values
from modelkin.records import AnyArray, FloatArray, OutputKind, Responses

STEP = 1 / 256
_KINDS = (OutputKind.PROBABILITIES, OutputKind.LOGITS)


def can_be_sharpened(responses: Responses) -> bool:
    """Whether the answers are reals that hold the logits of several classes."""
    several = responses.values.shape[1] > 1
    return responses.step is None and responses.kind in _KINDS and several


def sharpened(responses: Responses, steepness: float) -> Responses:
    """What the model would answer with the weights of its last layer ``steepness`` times as large.

    A softmax of logits that many times as large, rounded to steps of 1/256 as an 8-bit export
    does, so that most answers are exactly one-hot.
    """
    rows = sharpened_rows(responses.values, responses.kind, steepness)
    return replace(responses, values=rows, kind=OutputKind.PROBABILITIES, step=STEP)


def sharpened_rows(values: AnyArray, kind: OutputKind, steepness: float) -> FloatArray:
    """(n, k) the same for bare answers."""
    logits = steepness * log_values(values, kind, None)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares = odds / odds.sum(axis=1, keepdims=True)
    return np.asarray(np.minimum(np.rint(shares / STEP), 1 / STEP - 1) * STEP, dtype=np.float64)

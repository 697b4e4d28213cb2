"""How likely honest models and copies answer a candidate like the source.

The numbers below were fitted on nine families of ImageNet classifiers and hold on the nine
others as they are (``docs/bench-labels.md``); results move little when they are halved or doubled.
"""

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.records import FloatArray

_COPY = 0.9
_NEVER = 1e-5
_HONEST, _HONEST_SLOPE = -1.88, 0.12
_PRIOR_VOTES = 2.0
_PER_VOICE, _PER_RARITY, _MIDDLE = 0.2, 0.35, 3.0
_LEAST_SHARE = 0.06
_EDGE = 1e-6


def plain_chances(candidates: LabelCandidates) -> tuple[FloatArray, FloatArray]:
    """Chances for queries that nobody chose: counted agreement, and .9 for every copy.

    The finer ones below were fitted where few honest models agree, and say little elsewhere.

    Returns:
        Chance that an honest model agrees with the source, and that a copy does, (n,) each.
    """
    honest = (candidates.agreeing + 0.5) / (len(candidates.references) + 1)
    return honest, np.full(candidates.size, _COPY)


def honest_chance(candidates: LabelCandidates) -> FloatArray:
    """Chance that an honest model, not among the references, answers like the source.

    The share of references that do, drawn with the weight of two votes towards what their labels
    lead to expect: an answer that honest models often exchange for theirs is a likelier slip than
    one that none of them ever confuses with it. With plain counts all candidates on which no
    reference agrees look alike, and most pools hold hundreds of those.

    Returns:
        (n,) chances in (0, 1).
    """
    led = np.log(candidates.led_to + _NEVER)
    expected = _logistic(_HONEST + _HONEST_SLOPE * led)
    votes = len(candidates.references)
    return (candidates.agreeing + _PRIOR_VOTES * expected) / (votes + _PRIOR_VOTES)


def copy_chance(candidates: LabelCandidates) -> FloatArray:
    """Chance that a copy of the source still answers like it, from what can be known without one.

    Inputs on which honest models are of one mind are clear pictures, whose answers survive a
    modification; answers that are rare labels are no sinks, into which damaged models fall.

    Returns:
        (n,) chances in (0, 1).
    """
    share = np.maximum(candidates.shares, _LEAST_SHARE)
    return _logistic(-_PER_VOICE * (candidates.voices - _MIDDLE) - _PER_RARITY * np.log(share))


def own_copy_chance(candidates: LabelCandidates) -> FloatArray:
    """The same where own copies were asked: the log-odds of both findings are added.

    Each way of making a copy is one voice, and half a voice is added on either side. Ways that
    teach nothing, because their copies answer everything like the source or nothing, have none.

    Returns:
        (n,) chances in (0, 1).
    """
    guess = copy_chance(candidates)
    telling = candidates.kept[np.ptp(candidates.kept, axis=1) > 0]
    if not len(telling):
        return guess
    kept = (telling.sum(axis=0) + 0.5) / (len(telling) + 1)
    return _logistic(np.log(guess / (1 - guess)) + np.log(kept / (1 - kept)))


def expected_evidence(honest: FloatArray, copy: FloatArray) -> FloatArray:
    """Nats that a copy's answer is expected to give: ``p1 log(p1/p0) + (1-p1) log((1-p1)/(1-p0))``.

    Where a copy is no likelier to agree than an honest model, minus the honest chance: such
    candidates come last, the least expected answers first.
    """
    p0, p1 = np.clip(honest, _EDGE, 1 - _EDGE), np.clip(copy, _EDGE, 1 - _EDGE)
    nats = p1 * np.log(p1 / p0) + (1 - p1) * np.log((1 - p1) / (1 - p0))
    return np.where(p1 > p0, nats, -p0)


def _logistic(values: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float64)

"""A walk towards the boundary, for models that give one class to every picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.queries.generators.smooth_noise import SmoothNoise
from modelkin.queries.randomness import below, numbers
from modelkin.queries.undecided.candidates import Candidates, as_reals, grey_of
from modelkin.queries.undecided.judge import Judge
from modelkin.records import FloatArray

BROOD, _KEPT = 16, 4
_STRIDES = (0.5, 1.0, 2.0)
_BLENDS = (0.1, 0.2, 0.4)
_FIELDS = (0.1, 0.2, 0.5)
_EIGHTH = 8
_BLENDED, _PATCHED = 0.25, 0.6


@dataclass(frozen=True, eq=False)
class Stand:
    """A place of the walk.

    Attributes:
        lead: nats by which the usual class leads there.
        picture: (h, w, 3) reals in [0, 1].
    """

    lead: float
    picture: FloatArray


def walk(
    judge: Judge,
    start: Sequence[FloatArray],
    others: Candidates,
    *,
    sd: float,
    target: float,
    rounds: int,
    rng: np.random.Generator,
) -> list[Stand]:
    """Try changes, keep those that make the model less sure, go on from there.

    A round asks ``BROOD`` changes of the best ``_KEPT`` pictures: blends with another picture,
    patches of it, soft fields, and the change that helped last, again. On a plateau, where all
    answers are equal, the newest is kept, so that the walk drifts. Only scores are used.

    Args:
        judge: asks the model and knows its usual class.
        start: pictures (h, w, 3) to begin with.
        others: pictures to blend with.
        sd: of the noise on every query.
        target: stop at this lead.
        rounds: most of them.
        rng: the only source of randomness.

    Returns:
        The best pictures, best first.
    """
    answers = judge.answers(start, sd=sd, rng=rng)
    found = [Stand(float(lead), one) for lead, one in zip(judge.leads(answers), start, strict=True)]
    found.sort(key=lambda stand: stand.lead)
    helped: FloatArray | None = None
    for _ in range(rounds):
        if found[0].lead <= target or not judge.affords(BROOD):
            break
        brood = _brood(found, others, helped, rng)
        leads = judge.leads(judge.answers(brood, sd=sd, rng=rng))
        best = int(leads.argmin())
        helped = brood[best] - found[0].picture if leads[best] < found[0].lead else None
        born = [Stand(float(lead), one) for lead, one in zip(leads, brood, strict=True)]
        found = sorted([*born, *found], key=lambda stand: stand.lead)[:_KEPT]
    return found


def _brood(
    found: Sequence[Stand],
    others: Candidates,
    helped: FloatArray | None,
    rng: np.random.Generator,
) -> list[FloatArray]:
    brood = []
    if helped is not None:
        brood = [np.clip(found[0].picture + stride * helped, 0, 1) for stride in _STRIDES]
    while len(brood) < BROOD:
        base = found[below(rng, len(found))].picture
        other = others.at(below(rng, len(others)))
        brood.append(np.clip(_changed(base, other, rng), 0, 1))
    return brood


def _changed(base: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
    how = numbers(rng, 1)[0]
    if how < _BLENDED:
        return base + _BLENDS[below(rng, len(_BLENDS))] * (other - base)
    if how < _PATCHED:
        return _patched(base, other, rng)
    field: FloatArray = as_reals(SmoothNoise().draw(rng, base.shape))[0] - 0.5
    if below(rng, 2):
        field = grey_of(field)
    return np.asarray(base + _FIELDS[below(rng, len(_FIELDS))] * field, dtype=np.float64)


def _patched(base: FloatArray, other: FloatArray, rng: np.random.Generator) -> FloatArray:
    """A rectangle of the other picture, an eighth to three quarters of a side, whole or half."""
    sides = []
    for side in base.shape[:2]:
        least = max(1, side // _EIGHTH)
        length = least + below(rng, max(1, 6 * side // _EIGHTH - least))
        begin = below(rng, side - length + 1)
        sides.append(slice(begin, begin + length))
    there, share = tuple(sides), (0.5, 1.0)[below(rng, 2)]
    changed = base.copy()
    changed[there] += share * (other[there] - base[there])
    return changed

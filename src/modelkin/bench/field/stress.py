"""How the first pool holds as heads become more decided, up to exactly one-hot in 8 bits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.bench.field.asking import Answered
from modelkin.bench.field.rating import rate_judged
from modelkin.bench.field.sharpened import can_be_sharpened, sharpened
from modelkin.bench.field.study import Group
from modelkin.pipeline.undecided import LEAST_LIVE, live_share
from modelkin.records import BoolArray, FloatArray

STEEPNESS = (1, 3, 10, 30)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stressed:
    """A group with heads of one steepness.

    Attributes:
        steepness: factor on the logits.
        touched: (p,) pairs with at least one model whose head was changed.
        similarity: (p,) on the first pool; NaN where one of the two is mute.
        changed: models whose head was changed.
        mute: of these, how many every part of the first pool saturates.
        unmoved: of these, how many it hardly moves, the mute ones included: those that would be
            asked where they are undecided.
    """

    steepness: int
    touched: BoolArray
    similarity: FloatArray
    changed: int
    mute: int
    unmoved: int


def stress(
    group: Group, answered: Sequence[Answered], *, progress: Callable[[int], None]
) -> list[Stressed]:
    """Sharpen the head of every model of several reals, and rate all pairs again.

    Works on the recorded answers; nobody is asked.

    Args:
        group: with its pairs.
        answered: what its models said to the first pool, in the order of the pairs' models.
        progress: told after each steepness.
    """
    found = []
    for steepness in STEEPNESS:
        found.append(_one(group, answered, steepness))
        progress(1)
    return found


def _one(group: Group, answered: Sequence[Answered], steepness: int) -> Stressed:
    files = [one.file for one in answered]
    known = {one.file: one.responses for one in answered if one.responses is not None}
    changed = {file for file, one in known.items() if can_be_sharpened(one)}
    shown = {
        file: sharpened(one, steepness) if file in changed else one for file, one in known.items()
    }
    live = {file: live_share(one) for file, one in shown.items()}
    speaking = np.array([live.get(file, 0.0) > 0 for file in files])
    whole = np.full((len(files), len(files)), np.nan)
    where = np.flatnonzero(speaking)
    whole[np.ix_(where, where)] = rate_judged([shown[files[place]] for place in where])
    touches = np.array([file in changed for file in files])
    return Stressed(
        steepness=steepness,
        touched=touches[group.pairs.first] | touches[group.pairs.second],
        similarity=group.pairs.of(whole),
        changed=len(changed),
        mute=sum(live[file] == 0 for file in changed),
        unmoved=sum(live[file] < LEAST_LIVE for file in changed),
    )

"""Finding pictures on which a model is undecided, from its answers alone."""

from collections.abc import Callable

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.queries.canvas import Pixels
from modelkin.queries.randomness import below, keyed
from modelkin.queries.seeding import shuffled
from modelkin.queries.undecided.around import even
from modelkin.queries.undecided.candidates import Candidates, as_reals, candidates
from modelkin.queries.undecided.crossing import DRAWS, STEPS, cross
from modelkin.queries.undecided.judge import Judge
from modelkin.queries.undecided.points import UndecidedPoints
from modelkin.queries.undecided.walking import BROOD, walk
from modelkin.records import FloatArray, IntArray

BUDGET = 2400
_CANDIDATES = 240
_MOST_POINTS = 12
_STRENGTHS = (0.02, 0.04, 0.08)
_WALKED_STRENGTHS = (0.02, 0.04)
_NEAR, _NEARER = 3.0, 1.5
_ROUNDS, _ROUNDS_IN_NOISE = 60, 15
_STARTS = 8
_DISTANCE = 0.3
_CHECKED = 16
_MOST_EQUAL = 0.5
_KEPT_BACK = _CHECKED * _MOST_POINTS
_SAME_NATS = 1e-3


def find_points(
    ask: Callable[[Pixels], FloatArray],
    shape: tuple[int, ...],
    *,
    seed: int,
    pictures: Pixels | None = None,
    budget: int = BUDGET,
) -> UndecidedPoints:
    """Search for pictures around which faint noise moves the answers.

    Procedural pictures, and those given, are asked first. Where two classes are seen, straight
    lines between them are halved until the model is undecided. Where one class is all that it
    answers, a walk goes where it becomes less sure, and from its end to further points. Points
    whose noise does not move the answers are dropped.

    Args:
        ask: (n, h, w, 3) even bytes to (n, k) log-probabilities.
        shape: (h, w, 3) of a query.
        seed: of everything random.
        pictures: (m, h, w, 3) further pictures to begin with, such as photographs or queries
            that the model answered a little differently.
        budget: most queries.
    """
    rng = keyed(f"modelkin undecided search {seed}")
    judge = Judge(ask, budget=budget - _KEPT_BACK)
    given = 0 if pictures is None else len(pictures)
    count = min(_CANDIDATES + given, budget // 2)
    begin = candidates(count, shape, seed=seed, given=pictures)
    answers = judge.look(begin, rng=rng)
    if answers.shape[1] < len(("usual", "other")):
        raise IncompatibleError(
            "a model of one plain number is never undecided between classes",
            hint="ask it the pool graded-noise-v1 alone",
        )
    labels = judge.settle(answers)
    crossed = bool((labels != judge.usual).any())
    if crossed:
        found = _lines(judge, begin, labels, rng)
    else:
        found = _walks(judge, begin, judge.leads(answers), rng)
    kept = [(picture, sd) for picture, sd in found if _moves(judge, picture, sd, rng)]
    # whole bytes, so that points read back from a file make the same noise
    pictures_found = as_reals(even(np.stack([one for one, _ in kept]))) if kept else None
    return UndecidedPoints(
        pictures=np.zeros((0, *shape)) if pictures_found is None else pictures_found,
        strengths=tuple(sd for _, sd in kept),
        asked=judge.asked,
        crossed=crossed,
    )


def _lines(
    judge: Judge, begin: Candidates, labels: IntArray, rng: np.random.Generator
) -> list[tuple[FloatArray, float]]:
    """Points on lines from pictures of the usual class to those of others, each in turn."""
    usual = np.flatnonzero(labels == judge.usual)
    other = np.flatnonzero(labels != judge.usual)
    other = other[shuffled(len(other), rng)]
    found: list[tuple[FloatArray, float]] = []
    while len(found) < _MOST_POINTS and judge.affords(STEPS * DRAWS):
        sd = _STRENGTHS[len(found) % len(_STRENGTHS)]
        start = begin.at(int(usual[below(rng, len(usual))]))
        end = begin.at(int(other[len(found) % len(other)]))
        picture, _ = cross(judge, start, end, sd=sd, rng=rng)
        found.append((picture, sd))
    return found


def _walks(
    judge: Judge, begin: Candidates, leads: FloatArray, rng: np.random.Generator
) -> list[tuple[FloatArray, float]]:
    """Points where walks became undecided; further ones begin near the end of such a walk."""
    order = np.argsort(leads, kind="stable")
    start, used = [begin.at(int(place)) for place in order[:_STARTS]], _STARTS
    found: list[tuple[FloatArray, float]] = []
    while len(found) < _MOST_POINTS and judge.affords(2 * _STARTS + BROOD):
        clear = walk(judge, start, begin, sd=0, target=_NEAR, rounds=_ROUNDS, rng=rng)
        if clear[0].lead > 2 * _NEAR:  # nothing moved it from there
            start = [begin.at(int(place)) for place in order[used : used + _STARTS]]
            used += _STARTS
            if start:
                continue
            break
        ends = [one.picture for one in clear]
        for sd in _WALKED_STRENGTHS:
            ended = walk(
                judge, ends, begin, sd=sd, target=_NEARER, rounds=_ROUNDS_IN_NOISE, rng=rng
            )
            found.append((ended[0].picture, sd))
        best = clear[0].picture
        others = [begin.at(below(rng, len(begin))) for _ in range(_STARTS)]
        start = [best + _DISTANCE * (other - best) for other in others]
    return found


def _moves(judge: Judge, picture: FloatArray, sd: float, rng: np.random.Generator) -> bool:
    """Whether fresh noise changes the answer often enough."""
    answers = judge.answers([picture] * _CHECKED, sd=sd, rng=rng)
    rounded = np.rint(answers / _SAME_NATS)
    often = np.unique(rounded, axis=0, return_counts=True)[1].max()
    return bool(often <= _MOST_EQUAL * _CHECKED)

"""How detection holds as heads become more decided, up to exactly one-hot in 8 bits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from modelkin.answers.kinds import choose_output
from modelkin.answers.scales import log_probability_values
from modelkin.bench.field.asking import Answered
from modelkin.bench.field.opening import ready
from modelkin.bench.field.rating import rate_judged
from modelkin.bench.field.second import Second, answer_pool, pair_similarities
from modelkin.bench.field.sharpened import STEP, can_be_sharpened, sharpened, sharpened_rows
from modelkin.bench.field.study import Group
from modelkin.bench.processes import each, stay
from modelkin.models.as_reals import AsReals
from modelkin.pipeline.undecided import LEAST_LIVE, live_share
from modelkin.queries.canvas import Pixels
from modelkin.queries.undecided.keeping import read_points, write_points
from modelkin.queries.undecided.noise_pool import noise_pool
from modelkin.queries.undecided.searching import find_points
from modelkin.records import BoolArray, FloatArray, OutputKind, Responses

STEEPNESS = (1, 3, 10, 30)
_SAMPLE, _FROM = 1, 10
_QUERIES = 1200


@dataclass(frozen=True, kw_only=True, eq=False)
class Stressed:
    """A group with heads of one steepness.

    Attributes:
        steepness: factor on the logits.
        touched: (p,) pairs with at least one model whose head was changed.
        first: (p,) similarities on the first pool; NaN where one of the two is mute.
        second: (p,) of the second stage, for pairs of changed models with one that it was tried
            on; NaN elsewhere.
        changed: models whose head was changed.
        mute: of these, how many every part of the first pool saturates.
        unmoved: of these, how many it hardly moves, the mute ones included.
        searched: queries of the search, for each model that the second stage was tried on.
        lost: of these, for how many no undecided point was found.
    """

    steepness: int
    touched: BoolArray
    first: FloatArray
    second: FloatArray
    changed: int
    mute: int
    unmoved: int
    searched: tuple[int, ...]
    lost: int


def stress(
    group: Group,
    answered: Sequence[Answered],
    folder: Path,
    *,
    shape: tuple[int, ...],
    seed: int,
    cache: Path,
    progress: Callable[[int], None],
) -> list[Stressed]:
    """Sharpen the head of every float classifier of a group, and rate all pairs again.

    The first pool's answers are those recorded; only the second stage asks. It is tried from a
    steepness of 10 on, on one model each, drawn by the seed among those that need it, and asks
    1,200 queries of each float classifier.

    Args:
        group: with its pairs.
        answered: what its models said to the first pool, in the order of the pairs' models.
        folder: of the files.
        shape: (height, width, 3) of a query.
        seed: of the draws, the searches and the noise.
        cache: folder of points and answers.
        progress: told after each steepness.
    """
    found = []
    for steepness in STEEPNESS:
        found.append(_one(group, answered, folder, shape, steepness, seed=seed, cache=cache))
        progress(1)
    return found


def _one(
    group: Group,
    answered: Sequence[Answered],
    folder: Path,
    shape: tuple[int, ...],
    steepness: int,
    *,
    seed: int,
    cache: Path,
) -> Stressed:
    files = [one.file for one in answered]
    known = {one.file: one.responses for one in answered if one.responses is not None}
    changed = [file for file in files if file in known and can_be_sharpened(known[file])]
    shown = {
        file: sharpened(one, steepness) if file in changed else one for file, one in known.items()
    }
    live = {file: live_share(one) for file, one in shown.items()}
    speaking = [file for file in files if live.get(file, 0.0) > 0]
    whole = np.full((len(files), len(files)), np.nan)
    where = np.array([files.index(file) for file in speaking], dtype=np.int64)
    whole[np.ix_(where, where)] = rate_judged([shown[file] for file in speaking])
    unmoved = sorted(file for file in changed if live[file] < LEAST_LIVE)
    rng = np.random.default_rng((seed, steepness))
    tried = rng.permutation(unmoved)[: _SAMPLE if steepness >= _FROM else 0].tolist()
    kinds = {file: known[file].kind for file in changed}
    second = _second(tried, kinds, folder, shape, steepness, seed=seed, cache=cache)
    touches = np.array([file in changed for file in files])
    pairs = group.pairs
    return Stressed(
        steepness=steepness,
        touched=touches[pairs.first] | touches[pairs.second],
        first=pairs.of(whole),
        second=pairs.of(pair_similarities(files, second)),
        changed=len(changed),
        mute=sum(live[file] == 0 for file in changed),
        unmoved=len(unmoved),
        searched=tuple(second[file].searched for file in tried),
        lost=sum(not second[file].points for file in tried),
    )


def _second(
    tried: Sequence[str],
    kinds: dict[str, OutputKind],
    folder: Path,
    shape: tuple[int, ...],
    steepness: int,
    *,
    seed: int,
    cache: Path,
) -> dict[str, Second]:
    search = partial(_search, folder, cache, shape, steepness, seed, kinds)
    paths = each(search, tried, progress=lambda _: None, prepare=stay)
    found = {}
    for file, path in zip(tried, paths, strict=True):
        points = read_points(path)[0]
        answers: dict[str, Responses] = {}
        failed: dict[str, str] = {}
        if len(points):
            noise_pool(points, n=_QUERIES, seed=seed, cache=cache)
            ask = partial(answer_pool, folder, cache, path, _QUERIES, seed)
            asked = each(ask, list(kinds), progress=lambda _: None, prepare=stay)
            for other, got in zip(kinds, asked, strict=True):
                if isinstance(got, Responses):
                    answers[other] = sharpened(got, steepness)
                else:
                    failed[other] = got
        found[file] = Second(
            file=file,
            points=len(points),
            crossed=points.crossed,
            searched=points.asked,
            answers=answers,
            failed=failed,
        )
    return found


def _search(
    folder: Path,
    cache: Path,
    shape: tuple[int, ...],
    steepness: int,
    seed: int,
    kinds: dict[str, OutputKind],
    file: str,
) -> Path:
    opened = ready(folder / file, cache)
    subject = AsReals(opened)
    path = cache / "undecided" / f"sharp{steepness}-s{seed}-{subject.digest[:24]}.npz"
    if path.exists():
        opened.close()
        return path

    def ask(pictures: Pixels) -> FloatArray:
        ids = [f"stress-{place}" for place in range(len(pictures))]
        values, _ = choose_output(subject.answer(ids, pictures), subject.signature)
        rows = sharpened_rows(values, kinds[file], steepness)
        return log_probability_values(rows, OutputKind.PROBABILITIES, STEP)

    try:
        points = find_points(ask, shape, seed=seed)
    finally:
        opened.close()
    write_points(points, path, model=opened.file_digest)
    return path

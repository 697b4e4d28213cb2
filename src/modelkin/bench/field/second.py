"""The second stage: models that the pool hardly moves are asked where they are undecided."""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modelkin.bench.field.asking import Answered
from modelkin.bench.field.opening import Opened, ready, reason
from modelkin.bench.field.questions import COLOUR, GREY
from modelkin.bench.processes import each, stay
from modelkin.errors import ConstantAnswersError, ModelkinError
from modelkin.methods.graded_cka import GradedCka
from modelkin.pipeline.feeding import subject_for
from modelkin.pipeline.undecided import LEAST_LIVE, live_share, search_points
from modelkin.queries.building import build_pool
from modelkin.queries.naming import parse_pool_name
from modelkin.queries.undecided.keeping import read_points
from modelkin.queries.undecided.noise_pool import noise_pool
from modelkin.records import FloatArray, Pool, Responses
from modelkin.responses.collect import collect

_PICTURES = (COLOUR, GREY)


@dataclass(frozen=True, kw_only=True, eq=False)
class Second:
    """What the second stage found for one model that the first hardly moved.

    Attributes:
        file: the model.
        points: how many were found.
        crossed: two classes were seen, so boundaries were crossed.
        searched: queries that the search cost.
        answers: of every model of the group to the noise around the points, by file.
        failed: of those that gave none, the reason.
    """

    file: str
    points: int
    crossed: bool
    searched: int
    answers: Mapping[str, Responses]
    failed: Mapping[str, str]


def hardly_moved(opened: Sequence[Opened], answered: Mapping[str, Answered]) -> list[Opened]:
    """Picture models that less than a quarter of the pool moves."""
    found = []
    for one in opened:
        state = answered.get(one.file)
        if one.group not in _PICTURES or state is None or state.failed:
            continue
        if state.responses is None or live_share(state.responses) < LEAST_LIVE:
            found.append(one)
    return found


def ask_again(
    folder: Path,
    opened: Sequence[Opened],
    answered: Mapping[str, Answered],
    *,
    cache: Path,
    seed: int,
    progress: Callable[[int], None],
) -> dict[str, Second]:
    """Search points for each model that is hardly moved, and ask its group the noise around them.

    Args:
        folder: of the files.
        opened: all models that were opened.
        answered: what they said to the first pool, by file.
        cache: folder of pools, points and answers.
        seed: of the search and the noise.
        progress: told how many models are done.
    """
    mute = hardly_moved(opened, answered)
    told = {one.file: answered[one.file].responses for one in mute}
    searched = each(
        functools.partial(_search, folder, cache, seed, told),
        [(one.file, one.pool) for one in mute],
        progress=lambda _: None,
        prepare=stay,
    )
    found: dict[str, Second] = {}
    for one, (path, points, crossed, cost) in zip(mute, searched, strict=True):
        members = [
            other.file
            for other in opened
            if points and other.group == one.group and not answered[other.file].failed
        ]
        length = parse_pool_name(one.pool).n or 0
        if members:  # two processes would both make it
            _pool(path, length, seed, cache)
        asked = each(
            functools.partial(answer_pool, folder, cache, path, length, seed),
            members,
            progress=lambda _: None,
            prepare=stay,
        )
        found[one.file] = Second(
            file=one.file,
            points=points,
            crossed=crossed,
            searched=cost,
            answers={
                file: got
                for file, got in zip(members, asked, strict=True)
                if isinstance(got, Responses)
            },
            failed={
                file: got for file, got in zip(members, asked, strict=True) if isinstance(got, str)
            },
        )
        progress(1)
    return found


def pair_similarities(files: Sequence[str], second: Mapping[str, Second]) -> FloatArray:
    """(m, m) of pairs with a model of the second stage; NaN elsewhere.

    A pair is rated on the noise around the points of the one that was hardly moved, of both
    where both were. A model that this noise does not move has nothing in common with it: 0.
    """
    method = GradedCka()
    found = np.full((len(files), len(files)), np.nan)
    for row, file in enumerate(files):
        stage = second.get(file)
        if stage is None or file not in stage.answers:
            continue
        for column, other in enumerate(files):
            if other in stage.answers and other != file:
                sides = stage.answers[file], stage.answers[other]
                common = np.intersect1d(sides[0].index, sides[1].index)
                prints = [method.fingerprint_of(one.at(common)).values for one in sides]
                found[row, column] = method.similarity.pair(prints[0], prints[1])
    back = np.where(np.isfinite(found), found.T, np.nan)
    both = np.where(np.isfinite(back), (found + back) / 2, found)
    return np.where(np.isfinite(both), both, both.T)


def _search(
    folder: Path,
    cache: Path,
    seed: int,
    told: Mapping[str, Responses | None],
    job: tuple[str, str],
) -> tuple[Path, int, bool, int]:
    file, name = job
    opened = ready(folder / file, cache)
    pool = build_pool(parse_pool_name(name), cache=cache)
    known = told[file]
    try:
        found = search_points(
            opened,
            pool.shape,
            seed=seed,
            cache=cache,
            answered=None if known is None else (pool, known),
        )
    except ModelkinError:  # no scores, or none that are finite: it stays as it was
        return cache, 0, False, 0
    finally:
        opened.close()
    return found.path, len(found.points), found.points.crossed, found.points.asked


def answer_pool(
    folder: Path, cache: Path, path: Path, length: int, seed: int, file: str
) -> Responses | str:
    """Answers of one model to the noise around points, or why there are none."""
    pool = _pool(path, length, seed, cache)
    try:
        opened = ready(folder / file, cache)
        try:
            subject = subject_for(opened, pool)
            try:
                return collect(subject, pool, cache=cache).responses
            except ConstantAnswersError:
                # here one answer to everything is a rating: nothing in common
                return collect(subject, pool, cache=cache, upto=len(pool) - 1).responses
        finally:
            opened.close()
    except ModelkinError as error:
        return reason(error, folder)


@functools.lru_cache(maxsize=1)  # reading it back checks half a gigabyte
def _pool(path: Path, length: int, seed: int, cache: Path) -> Pool:
    return noise_pool(read_points(path)[0], n=length, seed=seed, cache=cache)

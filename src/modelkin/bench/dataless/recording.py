"""Recording what every model answers to every query measure, once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from modelkin.bench.dataless.asking import answer, generated, scored
from modelkin.bench.dataless.member import Kind, Member
from modelkin.bench.dataless.query_measures import LATENTS, QueryMeasures
from modelkin.bench.processes import each
from modelkin.records import AnyArray


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """A model and the measures that it has not answered."""

    member: Member
    measures: tuple[str, ...]


def record(
    asked: QueryMeasures, measures: Sequence[str], *, progress: Callable[[int], None]
) -> None:
    """Ask every built model what it has not answered yet.

    Args:
        asked: the queries and the zoo.
        measures: whose pictures are put; a GAN's generator gets latents besides.
        progress: told how many models have just answered everything.
    """
    for measure in measures:
        asked.queries(measure)  # here, so that two workers do not draw the same
    built = [member for member in asked.zoo.members if asked.zoo.built(member)]
    todo = [
        _Asked(member=member, measures=missing)
        for member in built
        if (missing := tuple(m for m in _put(member, measures) if not _fresh(asked, member, m)))
    ]
    progress(len(built) - len(todo))
    each(partial(_ask, asked), todo, progress=progress)


def recorded(asked: QueryMeasures, member: Member, measure: str) -> AnyArray:
    """What a model gave, by what it is.

    Returns:
        (n, 10) class probabilities of a classifier, (n, 1) scores of a critic, or for "latents"
        (n, 784) grey values of a generator's pictures.
    """
    found: AnyArray = np.load(_path(asked, member, measure), allow_pickle=False)
    if measure == LATENTS:
        return found
    reals = found.astype(np.float64)
    return reals if member.kind is Kind.GAN else reals / reals.sum(axis=1, keepdims=True)


def recorded_own(asked: QueryMeasures, member: Member, data: str, half: str) -> AnyArray:
    """(n, 10) probabilities of a classifier for pictures of half a set, asked where missing."""
    measure = f"own-{data}-{half}"
    if not _fresh(asked, member, measure):
        pictures = asked.own_pictures(data, half)
        found = answer(member.kind, asked.zoo.model(member), pictures)
        _keep(_path(asked, member, measure), found)
    return recorded(asked, member, measure)


def _put(member: Member, measures: Sequence[str]) -> Sequence[str]:
    return (*measures, LATENTS) if member.kind is Kind.GAN else measures


def _ask(asked: QueryMeasures, todo: _Asked) -> None:
    wanted = [measure for measure in todo.measures if measure != LATENTS]
    if LATENTS in todo.measures:
        made = generated(asked.zoo.model(todo.member), asked.latents())
        _keep(_path(asked, todo.member, LATENTS), made)
    if not wanted:
        return
    queries = [asked.queries(measure) for measure in wanted]
    # the file is opened once: that costs as much as hundreds of queries
    pictures = np.concatenate(queries)
    if todo.member.kind is Kind.GAN:
        answers = scored(asked.zoo.critic(todo.member), pictures)
    else:
        answers = answer(todo.member.kind, asked.zoo.model(todo.member), pictures)
    cuts = np.cumsum([len(rows) for rows in queries])[:-1]
    for measure, part in zip(wanted, np.split(answers, cuts), strict=True):
        _keep(_path(asked, todo.member, measure), part)


def _keep(path: Path, answers: AnyArray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, answers)
    part.replace(path)


def _fresh(asked: QueryMeasures, member: Member, measure: str) -> bool:
    """Whether it has answered since it was last built."""
    path = _path(asked, member, measure)
    model = asked.zoo.model(member)
    return path.is_file() and path.stat().st_mtime_ns >= model.stat().st_mtime_ns


def _path(asked: QueryMeasures, member: Member, measure: str) -> Path:
    return asked.zoo.folder / "answers" / asked.key(measure) / f"{member.name}.npy"

"""Recording what every model answers: to the shared queries, and to those made for a source."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from modelkin.bench.asking import answer
from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.judged import Judged
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import NOISE, SOURCES, TRAINING_SET, QuerySets
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.bench.processes import each
from modelkin.protocols import QueryCrafter

SEEDED_BY = (TRAINING_SET, "photos", "image-mix-v1")
CRAFTED = 100


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Queries that one model has to answer.

    Attributes:
        entry: the model.
        keys: names of the sets of queries.
    """

    entry: Entry
    keys: tuple[str, ...]


def crafted_key(queries: str, crafter: QueryCrafter, source: Entry) -> str:
    """Name on disk of the queries made for one source."""
    return f"{queries}+{crafter.name}@{source.name}"


def shared_sets(
    sets: QuerySets, judged: Sequence[Judged], tasks: Iterable[str]
) -> dict[str, tuple[str, str, QueryCrafter | None]]:
    """The sets of queries that serve every source: key to (queries, task, crafter)."""
    crafters: dict[str, QueryCrafter | None] = {"": None}
    for one in judged:
        if one.crafter is not None and not one.crafter.asks:
            crafters[one.crafter.name] = one.crafter
    found = {
        sets.key(queries, task, crafter): (queries, task, crafter)
        for queries in SOURCES
        for task in (tasks if queries == TRAINING_SET else [""])
        for crafter in crafters.values()
    }
    return {**found, sets.key(NOISE, "", None): (NOISE, "", None)}


def record(
    plan: Plan,
    sets: QuerySets,
    judged: Sequence[Judged],
    *,
    progress: Callable[[int], None],
) -> None:
    """Ask every model what it has not answered yet.

    Args:
        plan: the cases.
        sets: the shared queries; those made for sources must be there.
        judged: methods under test.
        progress: told how many models have just answered everything.
    """
    tasks = sorted({entry.task for entry in plan.entries})
    shared = shared_sets(sets, judged, tasks)
    for queries, task, crafter in shared.values():
        sets.pool(queries, task, crafter)
    across = {entry.name for entry in plan.across}
    wanted: dict[str, list[str]] = {entry.name: [] for entry in plan.entries}
    for key, (_, task, _) in shared.items():
        for entry in plan.entries:
            if entry.how is How.PRETRAINED and task not in {"", entry.task}:
                continue
            if not task or task == entry.task or entry.name in across:
                wanted[entry.name].append(key)
    for case in plan.cases:
        for key in source_keys(plan.zoo, case, judged):
            for member in asked_for(case, judged, key):
                wanted[member.name].append(key)
    answers = Answers(folder=plan.zoo.folder)
    todo = [
        Asked(entry=entry, keys=missing)
        for entry in plan.entries
        if (missing := tuple(key for key in wanted[entry.name] if not answers.has(entry, key)))
    ]
    progress(len(plan.entries) - len(todo))
    each(partial(_ask, plan.zoo), todo, progress=progress)


def source_keys(zoo: Zoo, case: Case, judged: Sequence[Judged]) -> list[str]:
    """Sets of queries made for this source; those that could not be made are absent."""
    found = [
        crafted_key(queries, one.crafter, case.source)
        for one in judged
        if one.crafter is not None and one.own_queries
        for queries in SEEDED_BY
    ]
    return [key for key in dict.fromkeys(found) if queries_path(zoo, key).is_file()]


def asked_for(case: Case, judged: Sequence[Judged], key: str) -> tuple[Entry, ...]:
    """Who answers queries made for a source: all, or those of its label set if that is needed."""
    users = [
        one
        for one in judged
        if one.crafter is not None and key.endswith(f"+{one.crafter.name}@{case.source.name}")
    ]
    if all(one.aligned for one in users):
        return tuple(entry for entry in case.members if entry.task == case.source.task)
    return case.members


def queries_path(zoo: Zoo, key: str) -> Path:
    """Where a set of queries is."""
    return zoo.folder / "queries" / f"{key}.npy"


def hole_path(zoo: Zoo, key: str) -> Path:
    """Where it says what making the queries cost, or why they could not be made."""
    return zoo.folder / "queries" / f"{key}.json"


def making(zoo: Zoo, key: str) -> dict[str, float | str]:
    """What making a set of queries cost: ``asked`` and ``seconds``, or the ``hole``."""
    path = hole_path(zoo, key)
    found: dict[str, float | str] = json.loads(path.read_text()) if path.is_file() else {}
    return found


def _ask(zoo: Zoo, asked: Asked) -> None:
    answers = Answers(folder=zoo.folder)
    # one session answers all: opening it costs as much as hundreds of queries
    queries = [_queries(zoo, key) for key in asked.keys]
    logits = answer(zoo.model(asked.entry), np.concatenate(queries))
    for key, part in zip(
        asked.keys, np.split(logits, np.cumsum([len(q) for q in queries])[:-1]), strict=True
    ):
        answers.keep(asked.entry, key, part)


def _queries(zoo: Zoo, key: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    found: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = np.load(queries_path(zoo, key))
    return found

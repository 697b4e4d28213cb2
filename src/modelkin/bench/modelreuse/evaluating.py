"""Rating every configuration of one method on one source of queries."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.cost import Cost
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.judged import Judged
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import MOST, TRAINING_SET, QuerySets
from modelkin.bench.modelreuse.rated import Rated
from modelkin.bench.modelreuse.rating import SimilarityTable, pairs_of, partial_pairs_of, rate
from modelkin.bench.modelreuse.recording import (
    CRAFTED,
    asked_for,
    crafted_key,
    making,
    queries_path,
)
from modelkin.errors import ModelkinError
from modelkin.queries.crafted import crafted_pool
from modelkin.records import Pool, Responses

BUDGETS = (20, 100, MOST)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One method on one source of queries.

    Attributes:
        name: of the method in the table.
        same: rates suspects with the source's classes; None when it cannot.
        other: rates suspects with other classes; None when it cannot.
        queries: the source of queries.
        elsewhere: the source of queries for suspects with other classes; empty takes ``queries``.
    """

    name: str
    same: Judged | None
    other: Judged | None
    queries: str
    elsewhere: str = ""

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The methods it takes."""
        return tuple(dict.fromkeys(one for one in (self.same, self.other) if one))


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """What one task found.

    Attributes:
        pairs: rated pairs by configuration.
        cost: by configuration.
        holes: configurations that could not be measured, with the reason.
    """

    pairs: dict[Config, list[Rated]] = field(default_factory=dict)
    cost: dict[Config, Cost] = field(default_factory=dict)
    holes: dict[Config, str] = field(default_factory=dict)


def evaluate(plan: Plan, sets: QuerySets, task: Task, *, budgets: Sequence[int]) -> Evaluated:
    """Rate all pairs of all cases under every access, budget, with and without a cohort."""
    found = Evaluated()
    for access in task.judged[0].accesses:
        for budget in budgets:
            config = Config(
                method=task.name, queries=task.queries, access=access, budget=budget, cohort=False
            )
            with_cohort = replace(config, cohort=True)
            started = time.perf_counter()
            pairs: list[Rated] = []
            partial: list[Rated] = []
            rated = 0
            try:
                for case, table, same_task in _tables(plan, sets, task, access, budget):
                    rated += table.matrix.size if case is None else 0
                    if case is None:
                        continue
                    pairs += pairs_of(case, table, same_task=same_task)
                    partial += partial_pairs_of(case, table, same_task=same_task)
            except ModelkinError as error:
                found.holes[config] = found.holes[with_cohort] = str(error)
                continue
            if not pairs:
                reason = _why_empty(plan, task, budget)
                found.holes[config] = found.holes[with_cohort] = reason
                continue
            seconds = (time.perf_counter() - started) / max(len(pairs), rated // 2)
            cost = _cost(plan, task, budget, seconds)
            found.pairs[config], found.pairs[with_cohort] = pairs, partial
            found.cost[config] = found.cost[with_cohort] = cost
    return found


def _tables(
    plan: Plan, sets: QuerySets, task: Task, access: str, budget: int
) -> Iterator[tuple[Case | None, SimilarityTable, bool]]:
    """Every case with the table that rates its suspects; None announces a new table."""
    for same_task, judged in ((True, task.same), (False, task.other)):
        if judged is None:
            continue
        queries = task.queries if same_task else task.elsewhere or task.queries
        if judged.own_queries:
            if budget > CRAFTED:
                continue
            for case in plan.cases:
                table = _own_table(plan, judged, queries, case, access, budget)
                if table is not None:
                    yield None, table, same_task
                    yield case, table, same_task
            continue
        for group, cases in _groups(plan, queries, same_task=same_task):
            key_task = cases[0].source.task if queries == TRAINING_SET else ""
            pool = sets.pool(queries, key_task, judged.crafter)
            key = sets.key(queries, key_task, judged.crafter)
            answers = _read(plan, group, pool, key)
            if len(answers) < 2:  # noqa: PLR2004 - a pair
                continue
            table = rate(judged, answers, access=access, budget=budget)
            yield None, table, same_task
            for case in cases:
                yield case, table, same_task


def _groups(
    plan: Plan, queries: str, *, same_task: bool
) -> Iterator[tuple[tuple[Entry, ...], list[Case]]]:
    """Models that one table rates, with the cases it serves."""
    tasks = sorted({case.source.task for case in plan.cases})
    if same_task:
        for task in tasks:
            cases = [case for case in plan.cases if case.source.task == task and _has_same(case)]
            if cases:
                yield plan.same_task(task), cases
    elif queries == TRAINING_SET:
        for task in tasks:
            yield plan.across, [case for case in plan.cases if case.source.task == task]
    else:
        yield plan.across, list(plan.cases)


def _has_same(case: Case) -> bool:
    return any(entry.task == case.source.task for entry in case.copies)


def _own_table(
    plan: Plan, judged: Judged, queries: str, case: Case, access: str, budget: int
) -> SimilarityTable | None:
    if judged.crafter is None:
        return None
    key = crafted_key(queries, judged.crafter, case.source)
    path = queries_path(plan.zoo, key)
    if not path.is_file():
        return None
    pool = crafted_pool(np.load(path), name=key, part=judged.crafter.name)
    members = asked_for(case, [judged], key)
    if judged.aligned:
        members = tuple(entry for entry in members if entry.task == case.source.task)
    answers = _read(plan, members, pool, key)
    return rate(judged, answers, access=access, budget=budget) if len(answers) > 1 else None


def _read(plan: Plan, group: Iterable[Entry], pool: Pool, key: str) -> list[Responses]:
    answers = Answers(folder=plan.zoo.folder)
    return [answers.read(entry, pool, key=key) for entry in group if answers.has(entry, key)]


def _cost(plan: Plan, task: Task, budget: int, seconds: float) -> Cost:
    judged = task.judged[0]
    spent = budget - budget % judged.group
    if not judged.own_queries:
        return Cost(source_queries=spent, suspect_queries=spent, seconds=seconds)
    notes = _notes(plan, task)
    made = [note for note in notes if "asked" in note]
    return Cost(
        source_queries=spent + float(np.mean([float(note["asked"]) for note in made])),
        suspect_queries=spent,
        seconds=seconds + float(np.mean([float(note["seconds"]) for note in made])),
    )


def _notes(plan: Plan, task: Task) -> list[Mapping[str, float | str]]:
    crafter = task.judged[0].crafter
    if crafter is None:
        return []
    keys = [crafted_key(task.queries, crafter, case.source) for case in plan.cases]
    return [making(plan.zoo, key) for key in keys]


def _why_empty(plan: Plan, task: Task, budget: int) -> str:
    if task.judged[0].own_queries and budget > CRAFTED:
        return f"queries made for a source stop at {CRAFTED}"
    reasons = {str(note["hole"]) for note in _notes(plan, task) if "hole" in note}
    return next(iter(sorted(reasons)), "no pair could be rated")

"""Honest pairs of the ModelReuse zoo, rated from recorded scores."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from modelkin.bench.calibrating.trial import Trial
from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.evaluating import evaluate
from modelkin.bench.modelreuse.judged import DEFAULT, all_judged
from modelkin.bench.modelreuse.plan import Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.rated import Rated
from modelkin.bench.modelreuse.tasks import all_tasks
from modelkin.bench.modelreuse.truth import Manifest, Truth
from modelkin.errors import ModelkinError

BUDGET = 100
SAME_DATA = ("N2", "same-data", "N3")
NULLS = ("N1", "N2", "N3")
MIXED = "N2-N3"


def zoo_of(settings: Settings) -> Plan:
    """The cases of a zoo that was trained and recorded before.

    Raises:
        ModelkinError: there is none.
    """
    plan = Plan(zoo=settings.zoo())
    if not plan.entries:
        raise ModelkinError(
            f"no recorded zoo at '{plan.zoo.folder}'", hint="run modelkin bench modelreuse first"
        )
    return plan


def rated_honest(settings: Settings, plan: Plan, queries: str) -> list[tuple[Rated, Truth]]:
    """Honest pairs, rated by the methods that ``compare`` decides by, without a cohort."""
    task = next(t for t in all_tasks(all_judged()) if (t.name, t.queries) == (DEFAULT, queries))
    sets = QuerySets(zoo=plan.zoo, data=settings.folder(), seed=settings.seed)
    found = evaluate(plan, sets, task, budgets=(BUDGET,))
    manifest = Manifest(plan.zoo.entries)
    rated = [
        pair
        for config, pairs in found.pairs.items()
        if config.access == "scores" and not config.cohort
        for pair in pairs
    ]
    known = [(pair, manifest.truth(pair.source, pair.suspect)) for pair in rated]
    return [(pair, truth) for pair, truth in known if not truth.derived]


def score_trials(pairs: Iterable[tuple[Rated, Truth]]) -> Iterator[Trial]:
    """Each honest family in turn as the suspect, all other families as references.

    Every model of the family is a suspect of its own. ``N1``, ``N2``, ``N3``: references of the
    suspect's own null. ``N2|N2-N3``, ``N3|N2-N3``: references of all honest families with the
    source's own classes, or its own images where the classes differ.
    ``N3|N1`` and the like: references of a weaker null, which no rule can make up for.
    """
    cases: dict[tuple[str, str], list[tuple[Rated, Truth]]] = defaultdict(list)
    for pair, truth in pairs:
        cases[pair.source, truth.groups[1]].append((pair, truth))
    for held in cases.values():
        by_null: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for pair, truth in held:
            by_null[truth.groups[-1]][truth.family].append(pair.similarity)
        mixed = _merged([by_null[null] for null in SAME_DATA if null in by_null])
        for pair, truth in held:
            for group, families in _against(truth.groups[-1], by_null, mixed):
                rest = {name: tuple(v) for name, v in families.items() if name != truth.family}
                if rest:
                    yield Trial(
                        group=group, lineage=truth.lineage, value=pair.similarity, honest=rest
                    )


def _against(
    null: str, by_null: dict[str, dict[str, list[float]]], mixed: dict[str, list[float]]
) -> Iterator[tuple[str, dict[str, list[float]]]]:
    """The sorts of references that a suspect of a null is judged by."""
    if null not in NULLS:
        return
    yield null, by_null[null]
    if null != "N1":
        yield f"{null}|{MIXED}", mixed
    for weaker in NULLS[: NULLS.index(null)]:
        if weaker in by_null:
            yield f"{null}|{weaker}", by_null[weaker]


def _merged(parts: Sequence[dict[str, list[float]]]) -> dict[str, list[float]]:
    merged: dict[str, list[float]] = defaultdict(list)
    for part in parts:
        for family, values in part.items():
            merged[family] += values
    return merged

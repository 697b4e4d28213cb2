"""Chosen queries against the pool as it is: labels only, on the recorded ModelReuse zoo."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.modelreuse.answers import Answers, prefix, seen
from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.recording import queries_path
from modelkin.bench.modelreuse.resampling import figure_of, lineage_draws
from modelkin.bench.modelreuse.verdicts import Setting, one_a_family, ruling
from modelkin.bench.selecting.reference_views import ReferenceViews
from modelkin.errors import UsageError
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.drawing_queries import plan_draws
from modelkin.pipeline.judging import Terms
from modelkin.pipeline.null import Reference
from modelkin.pipeline.preparing import prepare
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.select_judging import judge_prepared
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.records import NullKind, Responses, Verdict

ALPHA, BUDGETS = 0.05, (20, 100)
SELECTORS = ("expected_evidence", "consensus")
HONEST = "honest"
_POOL, _EVERY = "image-mix-v1", 6
_NOTES = (
    (
        "Labels only, 500 recorded answers to `image-mix-v1` as candidates, alpha .05; suspects of "
        "the source's own label set. The references are one honest model of each other family."
    ),
    (
        "`pool` judges the first queries as they are by the partial similarity of labels, against "
        "all families. The selectors choose from the 500 with three families or more, and the "
        "others judge. `anytime` asks up to 36 of the 50 queries of expected_evidence, in random "
        "order; copies of the judging references (JPEG, posterized) bound honest agreement too."
    ),
    (
        "A model counts as found when the verdict is `related`; of honest models that is to happen "
        "to alpha at most. Intervals: bootstrap over the lineages of the sources."
    ),
)


@dataclass(frozen=True, kw_only=True)
class _Ruled:
    scheme: str
    group: str
    lineage: str
    related: bool
    asked: int


def run(
    *,
    data: Path | None,
    small: bool,
    seed: int,
    progress: Progress,
    cache: Path | None = None,
) -> BenchResult:
    """Judge all copies and honest models of the zoo of ``$MODELKIN_CACHE``.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: every sixth source only.
        seed: of the splits and of the bootstrap.
        progress: shows that it goes on.
        cache: keeps the answers of copies of references; the zoo is that of ``$MODELKIN_CACHE``.

    Raises:
        UsageError: the zoo is not built, or there are no data.
    """
    settings = Settings(data=data, cache=default_cache(), seed=0)
    plan = Plan(zoo=settings.zoo())
    if not plan.cases or not queries_path(plan.zoo, _POOL).is_file():
        raise UsageError(
            f"no zoo with recorded answers in '{plan.zoo.folder}'",
            hint="build it with 'modelkin bench modelreuse', or point MODELKIN_CACHE to it",
        )
    pool = QuerySets(zoo=plan.zoo, data=settings.folder()).pool(_POOL, "")
    views = ReferenceViews(zoo=plan.zoo, pool=pool, cache=cache or default_cache())
    cases = plan.cases[:: _EVERY if small else 1]
    ruled: list[_Ruled] = []
    with progress.task("judging sources", len(cases)) as advance:
        for place, case in enumerate(cases):
            ruled += _judge(plan, views, case, seed + place)
            advance(1)
    figures: dict[str, Figure] = {}
    rows: list[dict[str, Any]] = []
    by: dict[tuple[str, str], list[_Ruled]] = defaultdict(list)
    for one in ruled:
        by[one.scheme, one.group].append(one)
        if one.group != HONEST:
            by[one.scheme, "all"].append(one)
    for (scheme, group), mine in sorted(by.items()):
        figure = _share(mine, seed)
        what = "fpr" if group == HONEST else f"{group.replace('-', '_')}_tpr"
        if figure is not None:
            figures[f"{scheme}_{what}"] = figure
        found = [one.asked for one in mine if one.related]
        rows.append(
            {
                "scheme": scheme,
                "suspects": group,
                "pairs": len(mine),
                "related": round(float(np.mean([one.related for one in mine])), 3),
                "median queries of those": float(np.median(found)) if found else "-",
            }
        )
    return BenchResult(
        bench="selection", figures=figures, missing={}, notes=_NOTES, rows=tuple(rows)
    )


def _judge(plan: Plan, views: ReferenceViews, case: Case, seed: int) -> Iterator[_Ruled]:
    answers = Answers(folder=plan.zoo.folder)

    def labels(entry: Entry) -> Responses:
        return seen(answers.read(entry, views.pool, key=_POOL), "label")

    def reference(entry: Entry) -> Reference:
        own = labels(entry)
        return Reference(own, entry.family, NullKind.N1, copies=views.of(entry, own))

    task, source = case.source.task, labels(case.source)
    honest = one_a_family(case, task)
    known = {entry.name: reference(entry) for entry in honest}
    for suspect in [*(entry for entry in case.copies if entry.task == task), *honest]:
        references = [one for one in known.values() if one.family != suspect.family]
        group = HONEST if suspect in honest else suspect.how.value
        theirs = labels(suspect)
        for scheme, related, asked in _schemes(source, theirs, references, seed):
            yield _Ruled(
                scheme=scheme,
                group=group,
                lineage=case.source.family,
                related=related,
                asked=asked,
            )


def _schemes(
    source: Responses, suspect: Responses, references: list[Reference], seed: int
) -> Iterator[tuple[str, bool, int]]:
    for budget in BUDGETS:
        first = [
            Reference(prefix(one.responses, budget), one.family, one.null) for one in references
        ]
        setting = Setting(queries=_POOL, access="label", budget=budget)
        found = ruling(prefix(source, budget), prefix(suspect, budget), first, setting)
        yield f"pool_q{budget}", found.related, budget
    wanted = [
        *(
            (f"{name}_q{n}", SelectTerms(selector=name, queries=n, anytime=False, seed=seed))
            for name in SELECTORS
            for n in BUDGETS
        ),
        ("anytime", SelectTerms(selector=SELECTORS[0], queries=100, anytime=True, seed=seed)),
    ]
    for scheme, select in wanted:
        prepared = prepare(source, suspect.model_digest, references, (), select, alpha=ALPHA)
        terms = Terms(methods=(), rule="conformal", alpha=ALPHA, null=None, select=select)
        chosen = plan_draws(prepared, select).order if select.anytime else prepared.chosen
        judged = judge_prepared(prepared, source, suspect.at(chosen), references, terms, select)
        drawn = judged.anytime.draws if judged.anytime else len(chosen)
        yield scheme, judged.decision.verdict is Verdict.RELATED, drawn


def _share(ruled: list[_Ruled], seed: int) -> Figure | None:
    lineages = sorted({one.lineage for one in ruled})
    hits, counts = np.zeros(len(lineages)), np.zeros(len(lineages))
    for one in ruled:
        hits[lineages.index(one.lineage)] += one.related
        counts[lineages.index(one.lineage)] += 1
    draws = lineage_draws(len(lineages), seed)
    return figure_of((draws @ hits) / (draws @ counts), n=len(ruled), lineages=len(lineages))

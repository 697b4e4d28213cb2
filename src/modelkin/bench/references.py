"""References by origin: how often honest models are accused when such references make the null."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.plan import Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.recording import queries_path
from modelkin.bench.modelreuse.resampling import figure_of, lineage_draws
from modelkin.bench.modelreuse.truth import Manifest
from modelkin.bench.origins.judging import (
    COPIES,
    ZOO_ORIGINS,
    Accused,
    judge_origins,
    null_of_origin,
)
from modelkin.bench.origins.origin import ORIGINS
from modelkin.bench.origins.training import Made, make_references
from modelkin.errors import UsageError
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress
from modelkin.records import NullKind

if TYPE_CHECKING:
    from modelkin.records import FloatArray

ALPHAS = (0.05, 0.1, 0.2)
_REFERENCES, _FEW = 19, 9
_SHORT = 0.25
_POOL = "image-mix-v1"
_GROUPS = ("N1", "N2", "same-data", "N3", COPIES)
_CAPPED = tuple(one.name for one in ORIGINS if null_of_origin(one.name) is NullKind.N0)
_NOTES = (
    (
        "Every origin trains 19 references a label set (every other one a residual net, the "
        "others inverted-residual ones), from scratch: 8 passes over data, 6 over 4,000 "
        "procedural pictures."
    ),
    (
        "Judged by compare's rule: correlation of centred log-probabilities on 500 queries of "
        "`image-mix-v1`, partial similarity with the references as the cohort, conformal p-value "
        "against the 19 references, each a family of its own. `raw`: the same by plain "
        "similarity. `remarked`: not related, and less like the source than the references."
    ),
    (
        "References that stand for unrelated functions at most (N0) accuse nobody in compare. "
        "`uncapped`: what their p-value alone would do."
    ),
    (
        "Sources are the zoo's transferred models of six lineages. N2, same-data and N3 are the "
        "zoo's honest models of the same label set (pretrained elsewhere and transferred, or "
        "from scratch); N1 are the references trained on other data, where they do not judge. "
        "`copies` are derived models: their share is no error but what is found."
    ),
    (
        "A rate near alpha means that the references can stand for that null. Intervals: "
        "bootstrap over the lineages of the sources; the draw of the references is not in them."
    ),
)


def run(
    *,
    data: Path | None,
    small: bool,
    seed: int,
    progress: Progress,
    cache: Path | None = None,
) -> BenchResult:
    """Train what is missing and judge the zoo's honest models by it.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: the small zoo, 9 references an origin, trained a quarter as long.
        seed: of the training and of the bootstrap.
        progress: shows that it goes on.
        cache: keeps the references; the zoo is that of ``$MODELKIN_CACHE``.

    Raises:
        UsageError: the zoo is not built, or there are no data.
        MissingDependencyError: references are to be trained, and torch is missing.
    """
    settings = Settings(data=data, cache=default_cache(), small=small, seed=0)
    folder, zoo = settings.folder(), settings.zoo()
    plan = Plan(zoo=zoo)
    cases = [case for case in plan.cases if case.source.how is How.TRANSFERRED]
    if not cases or not queries_path(zoo, _POOL).is_file():
        raise UsageError(
            f"no zoo with recorded answers in '{zoo.folder}'",
            hint="build it with 'modelkin bench modelreuse', or point MODELKIN_CACHE to it",
        )
    tasks = sorted({case.source.task for case in cases})
    pool = QuerySets(zoo=zoo, data=folder).pool(_POOL, "")
    made = make_references(
        ORIGINS,
        tasks,
        n=_FEW if small else _REFERENCES,
        seed=seed,
        shorten=_SHORT if small else 1.0,
        data=folder,
        cache=cache or default_cache(),
        queries=np.load(queries_path(zoo, _POOL)),
        progress=progress,
    )
    answers = Answers(folder=zoo.folder)
    told = {
        entry.name: answers.read(entry, pool, key=_POOL)
        for entry in plan.entries
        if entry.task in tasks
    }
    judged = list(judge_origins(cases, told, made, manifest=Manifest(zoo.entries)))
    figures: dict[str, Figure] = {}
    missing: dict[str, str] = {}
    rows: list[dict[str, Any]] = []
    for origin in (*(one.name for one in ORIGINS), *ZOO_ORIGINS):
        for group in _GROUPS:
            mine = [one for one in judged if (one.origin, one.group) == (origin, group)]
            stem = f"{origin}_{group.lower()}".replace("-", "_")
            if not mine:
                missing[f"{stem}_fpr_at_5"] = "no such pair: the origin itself stands for it"
                continue
            figures |= _figures(origin, group, mine, seed)
            rows += [_row(origin, group, task, mine, made) for task in tasks]
    return BenchResult(
        bench="references",
        figures=figures,
        missing=missing,
        notes=(
            *_NOTES,
            *(f"`{one.name}`: {one.meaning}." for one in ORIGINS),
            *(f"`{name}`: {meaning}." for name, meaning in ZOO_ORIGINS.items()),
        ),
        rows=tuple(row for row in rows if row["pairs"]),
    )


def _figures(origin: str, group: str, mine: Sequence[Accused], seed: int) -> dict[str, Figure]:
    """Verdicts, the p-value alone where it is not believed, plain similarity, remarks."""
    stem = f"{origin}_{group.lower()}".replace("-", "_")
    what = "found" if group == COPIES else "fpr"
    found: dict[str, Figure | None] = {}
    for alpha in ALPHAS:
        if not _possible(origin, alpha):
            continue
        target = "" if group == COPIES else f"<= {alpha:g}"
        tail = f"{what}_at_{alpha * 100:g}"
        decided = _share(mine, [one.accused(alpha) for one in mine], seed)
        found[f"{stem}_{tail}"] = None if decided is None else replace(decided, target=target)
        if origin in _CAPPED:
            bare = [one.p_value <= alpha for one in mine]
            found[f"{stem}_uncapped_{tail}"] = _share(mine, bare, seed)
        found[f"{stem}_raw_{tail}"] = _share(mine, [one.raw <= alpha for one in mine], seed)
    found[f"{stem}_remarked"] = _share(mine, [one.remarked for one in mine], seed)
    return {name: figure for name, figure in found.items() if figure is not None}


def _possible(origin: str, alpha: float) -> bool:
    """Five or six families cannot support less than 0.2."""
    return origin != "zoo-scratch" or alpha >= ALPHAS[-1]


def _share(judged: Sequence[Accused], flags: Sequence[bool], seed: int) -> Figure | None:
    lineages = sorted({one.lineage for one in judged})
    hits, counts = np.zeros(len(lineages)), np.zeros(len(lineages))
    for one, flag in zip(judged, flags, strict=True):
        place = lineages.index(one.lineage)
        hits[place] += flag
        counts[place] += 1
    draws = lineage_draws(len(lineages), seed)
    shares: FloatArray = (draws @ hits) / (draws @ counts)
    return figure_of(shares, n=len(judged), lineages=len(lineages))


def _row(
    origin: str, group: str, task: str, judged: Sequence[Accused], made: Sequence[Made]
) -> dict[str, Any]:
    mine = [one for one in judged if one.task == task]
    references = [one for one in made if (one.origin, one.task) == (origin, task)]

    def rate(alpha: float) -> float | None:
        return round(float(np.mean([one.accused(alpha) for one in mine])), 3) if mine else None

    return {
        "references": origin,
        "suspects": group,
        "label set": task,
        "pairs": len(mine),
        "accuracy of references": round(float(np.mean([r.accuracy for r in references] or [0])), 3),
        "median similarity": round(float(np.median([one.similarity for one in mine])), 3)
        if mine
        else None,
        "median p": round(float(np.median([one.p_value for one in mine])), 3) if mine else None,
        **{f"at {alpha:g}": rate(alpha) for alpha in ALPHAS},
    }

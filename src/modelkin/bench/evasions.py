"""Evasions: how many copies stay found when whoever runs them tries to hide them."""

from pathlib import Path
from typing import Any

import numpy as np

from modelkin.bench.evading.changed_answers import judge_evasion
from modelkin.bench.evading.evasion import EVASIONS, NONE
from modelkin.bench.evading.honest_models import judge_bystanders
from modelkin.bench.evading.notes import NOTES
from modelkin.bench.evading.removed import removed_copies
from modelkin.bench.evading.scene import Scene
from modelkin.bench.evading.stating import summary_of
from modelkin.bench.evading.trained_away import judge_removed
from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.modelreuse.bench import Settings
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.plan import Plan
from modelkin.bench.modelreuse.query_sets import QuerySets
from modelkin.bench.modelreuse.recording import queries_path
from modelkin.errors import UsageError
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress


def run(
    *,
    data: Path | None,
    small: bool,
    seed: int,
    progress: Progress,
    cache: Path | None = None,
) -> BenchResult:
    """Judge every evasion on the recorded zoo.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: the small zoo, as ``bench modelreuse --small`` builds it.
        seed: of the bootstrap and of the evaders' training.
        progress: shows that it goes on.
        cache: keeps evaders and their answers; the zoo is that of ``$MODELKIN_CACHE``.

    Raises:
        UsageError: the zoo is not built, or there are no data.
        MissingDependencyError: evaders are to be trained, and torch is missing.
    """
    settings = Settings(data=data, cache=default_cache(), small=small, seed=0)
    folder, zoo = settings.folder(), settings.zoo()
    kept = cache or default_cache()
    plan = Plan(zoo=zoo)
    cases = [case for case in plan.cases if case.source.how is How.TRANSFERRED]
    if not cases or not queries_path(zoo, NONE.queries).is_file():
        raise UsageError(
            f"no zoo with recorded answers in '{zoo.folder}'",
            hint="build it with 'modelkin bench modelreuse', or point MODELKIN_CACHE to it",
        )
    sets = QuerySets(zoo=zoo, data=folder)
    scene = Scene(plan, cases, sets, folder, kept, seed)
    rows: list[dict[str, Any]] = []
    figures: dict[str, Figure] = {}
    with progress.task("judging evasions", len(EVASIONS)) as advance:
        for evasion in EVASIONS:
            stated, lines = judge_evasion(scene, evasion)
            figures |= stated
            rows += lines
            advance(1)
    known = np.asarray(np.load(queries_path(zoo, NONE.queries)), dtype=np.uint8)
    sources = [case.source for case in cases if case.source.variant == "100"]
    made = removed_copies(
        zoo, sources, known, data=folder, cache=kept, seed=seed, progress=progress
    )
    stated, lines = judge_removed(scene, made)
    figures |= stated | judge_bystanders(scene, progress)
    rows += lines
    return BenchResult(
        bench="evasions",
        figures=figures,
        missing={} if rows else {"evasions": "no copy could be judged"},
        notes=(*NOTES, summary_of(rows)),
        rows=tuple(rows),
    )

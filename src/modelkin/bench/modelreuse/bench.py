"""The benchmark from data to table: build, craft, record, rate, score."""

import importlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from modelkin.bench.data_folder import data_folder
from modelkin.bench.figures import BenchResult
from modelkin.bench.modelreuse.about import NOTES, TARGETS_ASKED, summary
from modelkin.bench.modelreuse.evaluating import BUDGETS, Task, evaluate
from modelkin.bench.modelreuse.grammar import Grammar, small_grammar
from modelkin.bench.modelreuse.headline import figures_of
from modelkin.bench.modelreuse.image_set import load_photos, load_set
from modelkin.bench.modelreuse.judged import Judged, all_judged
from modelkin.bench.modelreuse.markdown import as_markdown
from modelkin.bench.modelreuse.page import as_page
from modelkin.bench.modelreuse.pictures import draw
from modelkin.bench.modelreuse.plan import Plan
from modelkin.bench.modelreuse.query_sets import MOST, QuerySets
from modelkin.bench.modelreuse.ratings import Ratings
from modelkin.bench.modelreuse.recording import SEEDED_BY, record
from modelkin.bench.modelreuse.rows import rows_of
from modelkin.bench.modelreuse.scoring import score
from modelkin.bench.modelreuse.tasks import all_tasks
from modelkin.bench.modelreuse.verdict_figures import (
    named_figures,
    verdict_figures,
    verdict_rows,
)
from modelkin.bench.modelreuse.verdicts import SETTINGS, Ruling, Setting, rule_case
from modelkin.bench.modelreuse.zoo import Zoo, require_built
from modelkin.bench.plot import require_plots
from modelkin.bench.processes import each
from modelkin.errors import UsageError
from modelkin.models.extras import require
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress

SOURCE, TARGETS = "tinyimagenet60_64", ("flowers102_64", "mammals24_64")
_SHORTEN = 0.25
_TRAINING = "modelkin.bench.modelreuse.training"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the benchmark is run on.

    Attributes:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        cache: folder that keeps the zoo, its queries and its answers.
        source: image set of the pretrained models.
        targets: image sets they are transferred to.
        small: a zoo of fifty models trained a quarter as long.
        seed: of everything random.
    """

    data: Path | None
    cache: Path
    source: str = SOURCE
    targets: tuple[str, ...] = TARGETS
    small: bool = False
    seed: int = 0

    def folder(self) -> Path:
        """The data folder.

        Raises:
            UsageError: none is given, or it does not exist.
        """
        return data_folder(self.data)

    def zoo(self) -> Zoo:
        """The zoo that belongs to these settings; other settings have another folder."""
        if self.source in self.targets or len(set(self.targets)) < len(self.targets):
            raise UsageError(
                f"source '{self.source}' and targets {', '.join(self.targets)} are not all "
                "different",
                hint="transfer goes from one image set to others",
            )
        if self.small:
            grammar = small_grammar(self.source, self.targets, self.seed)
        else:
            grammar = Grammar(source=self.source, targets=self.targets, seed=self.seed)
        name = "-".join([self.source, *grammar.targets, "small" if self.small else "full"])
        return Zoo(
            folder=self.cache / "modelreuse" / f"{name}-{self.seed}",
            entries=grammar.entries(),
            shorten=_SHORTEN if self.small else 1.0,
        )


def prepare(settings: Settings, progress: Progress) -> tuple[Plan, QuerySets, tuple[Judged, ...]]:
    """Build the zoo, craft queries and record all answers; goes on where it stopped."""
    data, zoo, judged = settings.folder(), settings.zoo(), all_judged()
    _require_sets(data, zoo)
    building = importlib.import_module("modelkin.bench.modelreuse.building")
    with progress.task(f"training {len(zoo.entries)} models", len(zoo.entries)) as advance:
        building.build_zoo(zoo, data, progress=advance)
    require_built(zoo, zoo.entries)
    plan, sets = Plan(zoo=zoo), QuerySets(zoo=zoo, data=data, seed=settings.seed)
    require("torch", "bench")
    crafting = importlib.import_module(f"{_TRAINING}.crafting")
    job = importlib.import_module(f"{_TRAINING}.job")
    bench = crafting.Bench(sets=sets, judged=judged, data=data)
    for task in sorted({case.source.task for case in plan.cases}):
        for queries in SEEDED_BY:
            sets.pool(queries, task)  # here, so that two workers do not make the same
    sources = [case.source for case in plan.cases]
    with progress.task("crafting queries for sources", len(sources)) as advance:
        each(partial(crafting.craft_for, bench), sources, progress=advance, prepare=job.prepare)
    with progress.task("recording answers", len(plan.entries)) as advance:
        record(plan, sets, judged, progress=advance)
    return plan, sets, judged


def _require_sets(data: Path, zoo: Zoo) -> None:
    """Read every image set before hours are spent on training."""
    load_photos(data)
    for task in sorted({entry.task for entry in zoo.entries}):
        images = load_set(data, task, cache=zoo.folder / "sets")
        if len(images.half("a")[0]) < MOST:
            raise UsageError(
                f"image set '{task}' has {len(images.train)} training images",
                hint=f"name a set with at least {2 * MOST}: queries are drawn from one half",
            )


def evaluate_all(plan: Plan, sets: QuerySets, tasks: Sequence[Task], progress: Progress) -> Ratings:
    """Rate all pairs under all configurations, from recorded answers."""
    with progress.task("rating pairs", len(tasks)) as advance:
        job = partial(evaluate, plan, sets, budgets=BUDGETS)
        found = each(job, tasks, progress=advance)
    return Ratings(
        pairs={config: pairs for one in found for config, pairs in one.pairs.items()},
        cost={config: cost for one in found for config, cost in one.cost.items()},
        holes={config: hole for one in found for config, hole in one.holes.items()},
    )


def rule_all(plan: Plan, sets: QuerySets, progress: Progress) -> dict[Setting, list[Ruling]]:
    """Decide all pairs as the product would, from recorded answers."""
    found: dict[Setting, list[Ruling]] = {}
    with progress.task("deciding pairs", len(SETTINGS) * len(plan.cases)) as advance:
        for setting in SETTINGS:
            job = partial(rule_case, plan, sets, setting)
            rulings = each(job, plan.cases, progress=advance)
            found[setting] = [one for case in rulings for one in case]
    return found


def run(
    *,
    data: Path | None,
    small: bool,
    seed: int,
    progress: Progress,
    source: str = SOURCE,
    targets: tuple[str, ...] = TARGETS,
    cache: Path | None = None,
) -> BenchResult:
    """Build what is missing of the zoo, ask what is missing of the answers, and judge all methods.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: a zoo of fifty models, for CI.
        seed: of everything random.
        progress: shows that it goes on.
        source: image set of the pretrained models.
        targets: image sets they are transferred to.
        cache: folder that keeps zoo, queries and answers; None takes the usual one.

    Raises:
        UsageError: the data are missing, or nothing of the zoo could be built.
        MissingDependencyError: torch, onnx or matplotlib is not installed.
    """
    require_plots()  # before hours are spent
    settings = Settings(
        data=data,
        cache=cache or default_cache(),
        source=source,
        targets=targets,
        small=small,
        seed=seed,
    )
    plan, sets, judged = prepare(settings, progress)
    started = time.perf_counter()
    ratings = evaluate_all(plan, sets, tuple(all_tasks(judged)), progress)
    scores = score(ratings, plan.zoo.entries, seed)
    verdicts = verdict_figures(rule_all(plan, sets, progress), plan.zoo.entries, seed)
    minutes = (time.perf_counter() - started) / 60
    zoo = summary(plan.zoo)
    figures, missing = figures_of(scores, TARGETS_ASKED)
    figures |= named_figures(verdicts)
    drawn = draw(scores)
    notes = (
        *NOTES,
        f"Rating and scoring took {minutes:.1f} minutes of two processes, from recorded answers.",
    )
    return BenchResult(
        bench="modelreuse",
        figures=figures,
        missing=missing,
        notes=notes,
        rows=(*rows_of(scores), *verdict_rows(verdicts)),
        markdown=as_markdown(
            scores,
            zoo,
            verdicts=verdicts,
            figures=figures,
            missing=missing,
            notes=notes,
            pictures={plot.title: f"{plot.name}.svg" for plot in drawn},
        ),
        page=as_page(
            scores,
            zoo,
            drawn,
            verdicts=verdicts,
            figures=figures,
            missing=missing,
            notes=[note.replace("`", "") for note in notes],
        ),
        pictures={f"{plot.name}.svg": plot.file() for plot in drawn},
    )

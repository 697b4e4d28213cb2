"""The study of kin under other heads, from backbones to figures."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from modelkin.bench.data_folder import data_folder
from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.heads.across import speakers
from modelkin.bench.heads.crafted import rate_crafted
from modelkin.bench.heads.crafted_figures import crafted_figures
from modelkin.bench.heads.grammar import Grammar
from modelkin.bench.heads.head import SIDE, Tuning
from modelkin.bench.heads.headline import (
    Measured,
    mute_figures,
    rate_figures,
    size_figures,
    verdict_figures,
)
from modelkin.bench.heads.markdown import as_markdown
from modelkin.bench.heads.notes import notes_of
from modelkin.bench.heads.pairs import pairs_of
from modelkin.bench.heads.rating import PLAIN, RELATIVE, Rated, rate
from modelkin.bench.heads.study import WIDE, Asked, Sizes, ask_all, of_two_sizes, own_heads, prepare
from modelkin.bench.heads.verdicts import rule_all
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.processes import each, stay
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress

SMALL = Grammar(
    images=("mammals24_64", "flowers102_64"), classes=(24, 102), common=1, own=1, tuned=1
)


def run(
    *, data: Path | None, small: bool, seed: int, progress: Progress, cache: Path | None = None
) -> BenchResult:
    """Put own heads on trained backbones, and tell those of one backbone from all others.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: backbones of the small ModelReuse zoo, one head a sort, a quarter of the queries.
        seed: of everything random.
        progress: shows that it goes on.
        cache: folder that keeps heads and answers; None takes the usual one. Backbones are those
            of ``$MODELKIN_CACHE`` where ``modelkin bench modelreuse`` has trained them.

    Raises:
        UsageError: there are no data.
        MissingDependencyError: torch or onnx is not installed.
    """
    folder = cache or default_cache()
    sizes = Sizes(
        grammar=replace(SMALL if small else Grammar(), seed=seed),
        budgets=(225, 900) if small else (225, 900, 3600),
        small=small,
        seed=seed,
    )
    zoo = prepare(sizes, data=data, cache=folder, progress=progress)
    asked = ask_all(zoo, own_heads(zoo), SIDE, sizes, cache=folder, progress=progress)
    pairs = pairs_of(asked.models)
    with progress.task("rating pairs", len(sizes.budgets)) as advance:
        longest = sizes.budgets[::-1]
        rated = each(partial(_rate, asked), longest, progress=advance, prepare=stay)[::-1]
    measured = [
        Measured(
            method=name,
            queries=one.queries,
            last=sizes.budgets[-1],
            similarity=pairs.of(matrix),
        )
        for one in rated
        for name, matrix in one.methods.items()
    ]
    with progress.task("drawing families", len(measured)) as advance:
        job = partial(rate_figures, pairs, seed=seed)
        counted = each(job, measured, progress=advance, prepare=stay)
    figures = {name: one for found, _ in counted for name, one in found.items()}
    rows = [row for _, found in counted for row in found]
    figures |= mute_figures(asked)
    figures |= _sizes(zoo, sizes, folder, progress)
    figures |= _crafted(zoo, sizes, data_folder(data), folder, progress)
    figures |= _verdicts(asked, rated[-1], seed)
    found = BenchResult(
        bench="heads",
        figures=figures,
        missing=_missing(figures),
        notes=notes_of(zoo, asked, sizes),
        rows=tuple(rows),
    )
    return replace(found, markdown=as_markdown(found, small=small, seed=seed))


def _rate(asked: Asked, queries: int) -> Rated:
    return rate(asked.models, asked.answers, asked.mute, queries)


def _sizes(zoo: HeadZoo, sizes: Sizes, cache: Path, progress: Progress) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    heads = of_two_sizes(zoo)
    for side, name in ((WIDE, "cut"), (SIDE, "repeated")):
        asked = ask_all(zoo, heads, side, sizes, cache=cache, progress=progress)
        rated = _rate(asked, sizes.budgets[-1])
        methods = {key: rated.methods[key] for key in (PLAIN, RELATIVE)}
        found |= size_figures(pairs_of(asked.models), methods, f"size_{name}")
    return found


def _crafted(
    zoo: HeadZoo, sizes: Sizes, data: Path, cache: Path, progress: Progress
) -> dict[str, Figure]:
    """Sources are the pretrained models themselves, then one head of each."""
    names = {one.name for one in zoo.bases.entries if one.how is How.PRETRAINED and one.half == "a"}
    mine = [one for one in zoo.heads if one.backbone in names and one.side == SIDE and not one.int8]
    originals = [one for one in mine if one.tuning is Tuning.ORIGINAL]
    last = {one.backbone: one for one in mine if one.tuning is Tuning.FROZEN}
    found: dict[str, Figure] = {}
    for name, sources in (("original", originals), ("head", list(last.values()))):
        crafted = rate_crafted(zoo, sizes, sources, data=data, cache=cache, progress=progress)
        found |= crafted_figures(crafted, name, seed=sizes.seed)
    return found


def _verdicts(asked: Asked, rated: Rated, seed: int) -> dict[str, Figure]:
    cohort = speakers(asked.models, (~asked.mute).tolist())
    ruled = rule_all(
        asked.models,
        rated.methods,
        cohort,
        sources=list(cohort.values()),
        suspects=[
            place
            for place, one in enumerate(asked.models)
            if one.trained.endswith("0") and not asked.mute[place]
        ],
        seed=seed,
    )
    return verdict_figures(ruled, seed=seed) if ruled else {}


def _missing(figures: dict[str, Figure]) -> dict[str, str]:
    wanted = ("auc_n1", "auc_n2", "auc_n3", "auc_same_data", "auc_equal", "power_at_10")
    return {name: "the zoo holds too few families for it" for name in wanted if name not in figures}

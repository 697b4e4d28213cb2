"""The study of kin under other heads, from backbones to figures."""

from dataclasses import replace
from pathlib import Path

from modelkin.bench.figures import BenchResult, Figure
from modelkin.bench.heads.across import speakers
from modelkin.bench.heads.grammar import Grammar
from modelkin.bench.heads.head import SIDE, Tuning
from modelkin.bench.heads.headline import (
    mute_figures,
    rate_figures,
    size_figures,
    verdict_figures,
)
from modelkin.bench.heads.markdown import as_markdown
from modelkin.bench.heads.notes import notes_of
from modelkin.bench.heads.pairs import pairs_of
from modelkin.bench.heads.rating import PLAIN, RELATIVE, Rated, rate, steps
from modelkin.bench.heads.study import WIDE, Asked, Sizes, ask_all, of_two_sizes, own_heads, prepare
from modelkin.bench.heads.verdicts import rule_all
from modelkin.bench.heads.zoo import HeadZoo
from modelkin.pipeline.compare import default_cache
from modelkin.pipeline.progress import Progress

_SMALL_GRAMMAR = Grammar(
    images=("flowers102_64", "mammals24_64"), classes=(102, 24), common=1, own=1, tuned=1
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
        grammar=replace(_SMALL_GRAMMAR if small else Grammar(), seed=seed),
        budgets=(225, 900) if small else (225, 900, 3600),
        small=small,
        seed=seed,
    )
    zoo = prepare(sizes, data=data, cache=folder, progress=progress)
    asked = ask_all(zoo, own_heads(zoo), SIDE, sizes, cache=folder, progress=progress)
    pairs = pairs_of(asked.models)
    rated = [_rate(asked, n, progress) for n in sizes.budgets]
    figures, rows = rate_figures(pairs, rated, seed=seed)
    figures |= mute_figures(asked)
    figures |= _sizes(zoo, sizes, folder, progress)
    figures |= _verdicts(asked, rated[-1], seed)
    found = BenchResult(
        bench="heads",
        figures=figures,
        missing=_missing(figures),
        notes=notes_of(zoo, asked, sizes),
        rows=tuple(rows),
    )
    return replace(found, markdown=as_markdown(found, small=small, seed=seed))


def _rate(asked: Asked, queries: int, progress: Progress) -> Rated:
    with progress.task(f"rating at {queries} queries", steps(asked.models, queries)) as advance:
        return rate(asked.models, asked.answers, asked.mute, queries, progress=advance)


def _sizes(zoo: HeadZoo, sizes: Sizes, cache: Path, progress: Progress) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    heads = of_two_sizes(zoo)
    for side, name in ((WIDE, "cut"), (SIDE, "repeated")):
        asked = ask_all(zoo, heads, side, sizes, cache=cache, progress=progress)
        rated = _rate(asked, sizes.budgets[-1], progress)
        methods = {key: rated.methods[key] for key in (PLAIN, RELATIVE)}
        found |= size_figures(pairs_of(asked.models), methods, f"size_{name}")
    return found


def _verdicts(asked: Asked, rated: Rated, seed: int) -> dict[str, Figure]:
    cohort = speakers(asked.models, (~asked.mute).tolist())
    ruled = rule_all(
        asked.models,
        rated.methods[PLAIN],
        cohort,
        sources=list(cohort.values()),
        suspects=[
            place
            for place, one in enumerate(asked.models)
            if one.tuning is not Tuning.ORIGINAL and not asked.mute[place]
        ],
    )
    return verdict_figures(ruled, seed=seed) if ruled else {}


def _missing(figures: dict[str, Figure]) -> dict[str, str]:
    wanted = ("auc_n1", "auc_n2", "auc_n3", "auc_same_data", "auc_equal", "power_at_10")
    return {name: "the zoo holds too few families for it" for name in wanted if name not in figures}

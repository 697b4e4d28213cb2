"""The benchmark from data to figures: build, record, rate, score."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelkin.bench.data_folder import data_folder
from modelkin.bench.dataless.building import build_zoo
from modelkin.bench.dataless.grammar import Grammar, small_grammar
from modelkin.bench.dataless.headline import headline
from modelkin.bench.dataless.maps import draw_maps
from modelkin.bench.dataless.notes import notes_on
from modelkin.bench.dataless.pages import Outcome, as_markdown, as_page
from modelkin.bench.dataless.query_measures import (
    LATENTS,
    MEASURES,
    MIXTURE,
    TEST_IMAGES,
    QueryMeasures,
)
from modelkin.bench.dataless.recording import record
from modelkin.bench.dataless.samples import draw_samples
from modelkin.bench.dataless.scores import Chart
from modelkin.bench.dataless.scoring import score
from modelkin.bench.dataless.trees import draw_trees
from modelkin.bench.dataless.use import use_figures, use_questions
from modelkin.bench.dataless.zoo import Zoo
from modelkin.bench.figures import BenchResult
from modelkin.bench.plot import Plot, require_plots
from modelkin.models.extras import require
from modelkin.pipeline.caching import default_cache
from modelkin.pipeline.progress import Progress

_SHORTEN = 0.25
_CHARTED = (
    *(("classifier", measure) for measure in (MIXTURE, TEST_IMAGES)),
    ("generator", LATENTS),
    ("critic", MIXTURE),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the benchmark is run on.

    Attributes:
        cache: folder that keeps the zoo, its queries and its answers.
        small: three image sets, two models of a kind on each half, trained a quarter as long.
        seed: of everything random.
    """

    cache: Path
    small: bool = False
    seed: int = 0

    def zoo(self) -> Zoo:
        """The zoo that belongs to these settings; other settings have another folder."""
        grammar = small_grammar(self.seed) if self.small else Grammar(seed=self.seed)
        size = "small" if self.small else "full"
        return Zoo(
            folder=self.cache / "dataless" / f"{size}-{self.seed}",
            members=grammar.members(),
            makers=grammar.makers(),
            shorten=_SHORTEN if self.small else 1.0,
        )


def run(
    *, data: Path | None, small: bool, seed: int, progress: Progress, cache: Path | None = None
) -> BenchResult:
    """Build what is missing of the zoo, ask what is missing of the answers, judge all distances.

    Args:
        data: folder of the image sets; None takes ``$MODELKIN_DATA``.
        small: a zoo of 36 models, for CI.
        seed: of everything random.
        progress: shows that it goes on.
        cache: folder that keeps zoo, queries and answers; None takes the usual one.

    Raises:
        UsageError: the data are missing, or nothing of the zoo could be built.
        MissingDependencyError: a framework or matplotlib is not installed.
    """
    for module in ("scipy.cluster.hierarchy", "sklearn.manifold"):  # before minutes are spent
        require(module, "bench")
    require_plots()
    folder = data_folder(data)
    zoo = Settings(cache=cache or default_cache(), small=small, seed=seed).zoo()
    count = len(zoo.members) + len(zoo.makers)
    with progress.task(f"training {count} models", count) as advance:
        build_zoo(zoo, folder, progress=advance)
    asked = QueryMeasures(zoo=zoo, data=folder, seed=seed)
    with progress.task("recording answers", len(zoo.members)) as advance:
        record(asked, MEASURES, progress=advance)
    scores = score(asked, seed=seed, progress=progress)
    figures, missing = headline(scores)
    questions = len(use_questions(asked))
    with progress.task("asking which half was used", questions) as advance:
        used, unused = use_figures(asked, progress=advance)
    figures, missing = {**figures, **used}, {**missing, **unused}
    charts = [chart for chart in scores.charts if (chart.name, chart.measure) in _CHARTED]
    outcome = Outcome(
        zoo=zoo,
        scores=scores,
        figures=figures,
        missing=missing,
        notes=notes_on(zoo, scores),
        plots=_draw(asked, charts),
        charts=charts,
    )
    return BenchResult(
        bench="dataless",
        figures=figures,
        missing=missing,
        notes=outcome.notes,
        markdown=as_markdown(outcome),
        page=as_page(outcome),
        pictures={f"{plot.name}.svg": plot.file() for plot in outcome.plots},
        rows=tuple(
            {
                "question": case.question,
                "kinds": case.kinds,
                "measure": case.measure,
                "estimator": case.estimator,
                "value": round(figure.value, 4),
                "low": round(figure.low, 4),
                "high": round(figure.high, 4),
                "n": figure.n,
            }
            for case, figure in scores.figures.items()
        ),
    )


def _draw(asked: QueryMeasures, charts: Sequence[Chart]) -> tuple[Plot, ...]:
    samples = draw_samples(asked)
    return (draw_maps(charts), draw_trees(charts), *([samples] if samples else []))

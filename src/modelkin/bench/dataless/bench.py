"""The benchmark from data to figures: build, record, rate, score."""

from dataclasses import dataclass
from pathlib import Path

from modelkin.bench.data_folder import data_folder
from modelkin.bench.dataless.building import build_zoo
from modelkin.bench.dataless.grammar import Grammar, small_grammar
from modelkin.bench.dataless.headline import degenerate, headline
from modelkin.bench.dataless.query_measures import MEASURES, QueryMeasures
from modelkin.bench.dataless.recording import record
from modelkin.bench.dataless.scores import Scores
from modelkin.bench.dataless.scoring import score
from modelkin.bench.dataless.zoo import Zoo
from modelkin.bench.figures import BenchResult
from modelkin.models.extras import require
from modelkin.pipeline.compare import default_cache
from modelkin.pipeline.progress import Progress

_SHORTEN = 0.25


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
        small: a zoo of 24 models, for CI.
        seed: of everything random.
        progress: shows that it goes on.
        cache: folder that keeps zoo, queries and answers; None takes the usual one.

    Raises:
        UsageError: the data are missing, or nothing of the zoo could be built.
        MissingDependencyError: a framework is not installed.
    """
    require("scipy.cluster.hierarchy", "bench")  # before minutes are spent
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
    return BenchResult(
        bench="dataless",
        figures=figures,
        missing=missing,
        notes=_notes(zoo, scores),
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


def _notes(zoo: Zoo, scores: Scores) -> tuple[str, ...]:
    found = [
        (
            "Intervals come from resampling models within their image set and half, because pairs "
            "that share a model are not independent. One without width means that every resample "
            "agreed, not that the figure is certain."
        ),
        (
            "Figures use one distance a sort, settled before any result was seen: L1 of class "
            "probabilities, energy distance of generated pictures, L2 of standardised critics' "
            "scores. The rows hold all estimators. L1 and total variation order pairs alike."
        ),
        (
            "All images are grey, 28x28 pixels; the ten outputs of different sets mean different "
            "things, and are compared as functions all the same."
        ),
    ]
    found += [
        f"On {measure} the typical {kind} gives one label to 99 % of the queries: degenerate, and "
        "left out of the worst case."
        for kind, measure in degenerate(scores)
    ]
    holes = zoo.holes()
    if holes:
        found.append(f"{len(holes)} of {len(zoo.members)} models could not be built.")
    return tuple(found)

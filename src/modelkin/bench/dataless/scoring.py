"""From recorded answers to figures."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from modelkin.bench.dataless.clustering import purity
from modelkin.bench.dataless.functions import EVERY, Functions
from modelkin.bench.dataless.member import Member
from modelkin.bench.dataless.nearest import NEIGHBOURS, nearest_share
from modelkin.bench.dataless.pairs import QUESTIONS, question
from modelkin.bench.dataless.query_measures import QueryMeasures
from modelkin.bench.dataless.recording import recorded
from modelkin.bench.dataless.scores import Case, Chart, Scores
from modelkin.bench.dataless.separating import area
from modelkin.bench.figures import Figure
from modelkin.pipeline.progress import Progress
from modelkin.records import FloatArray

ACROSS, ACROSS_NEAREST = "kinds", "nearest-other-kind"


def score(asked: QueryMeasures, *, seed: int, progress: Progress) -> Scores:
    """Judge every sort of function, measure and estimator.

    Args:
        asked: the queries and the zoo, everything recorded.
        seed: of the bootstraps.
        progress: shows that it goes on.
    """
    figures: dict[Case, Figure] = {}
    variety: dict[tuple[str, str], float] = {}
    charts: list[Chart] = []
    total = sum(len(one.measures) * len(one.estimators) for one in EVERY)
    with progress.task("scoring distances", total) as advance:
        for functions in EVERY:
            members = _members(asked, functions)
            if not members:
                continue
            spreads: dict[str, FloatArray] = {}
            for measure in functions.measures:
                answers = [recorded(asked, member, measure) for member in members]
                spreads[measure] = np.array([functions.varied(rows) for rows in answers])
                for estimator, estimate in functions.estimators.items():
                    found = _symmetric(estimate(answers))
                    for asking, kinds, figure in judge(
                        found, members, seed=seed, part=functions.part
                    ):
                        case = Case(
                            question=asking, kinds=kinds, measure=measure, estimator=estimator
                        )
                        figures[case] = figure
                    if estimator == functions.main:
                        name = functions.part or "classifier"
                        charts.append(
                            Chart(name=name, measure=measure, members=members, distances=found)
                        )
                    advance(1)
            variety |= _variety(functions, members, spreads)
    return Scores(figures=figures, variety=variety, charts=tuple(charts))


def judge(
    found: FloatArray, members: Sequence[Member], *, seed: int, part: str = ""
) -> Iterator[tuple[str, str, Figure]]:
    """Every figure of one distance matrix, with its question and sorts of model.

    Args:
        found: (m, m) distances.
        members: (m) of the matrix.
        seed: of the bootstraps.
        part: half of a GAN that was asked, which then names the sort.
    """
    kinds = list(dict.fromkeys(member.kind for member in members))
    selections = [(part or kind.value, {kind}) for kind in kinds]
    if len(kinds) > 1:
        selections.append(("+".join(kinds), set(kinds)))
    for name, wanted in selections:
        rows = [row for row, member in enumerate(members) if member.kind in wanted]
        chosen = [members[row] for row in rows]
        part_of = found[np.ix_(rows, rows)]
        strata = [(one.kind, one.data, one.half) for one in chosen]
        for asking in QUESTIONS:
            # of two sorts, pairs of one sort are judged with their own sort above
            if (asking == ACROSS) is (len(wanted) > 1):
                figure = area(part_of, question(asking, chosen), strata, seed=seed)
                if figure is not None:
                    yield asking, name, figure
        for asking in NEIGHBOURS:
            if (asking == ACROSS_NEAREST) is (len(wanted) > 1):
                figure = nearest_share(part_of, chosen, asking, seed=seed)
                if figure is not None:
                    yield asking, name, figure
        figure = purity(part_of, [one.data for one in chosen], seed=seed)
        if figure is not None:
            yield "ari", name, figure


def _members(asked: QueryMeasures, functions: Functions) -> tuple[Member, ...]:
    return tuple(
        member
        for member in asked.zoo.members
        if member.kind in functions.kinds and asked.zoo.built(member)
    )


def _symmetric(found: FloatArray) -> FloatArray:
    """Free of what rounding left below 0 or beside the diagonal."""
    even = np.maximum((found + found.T) / 2, 0.0)
    np.fill_diagonal(even, 0.0)
    return np.asarray(even, dtype=np.float64)


def _variety(
    functions: Functions, members: Sequence[Member], spreads: Mapping[str, FloatArray]
) -> dict[tuple[str, str], float]:
    """Of each sort and measure, how much the typical model's answers vary."""
    if functions.relative:
        largest = np.maximum.reduce(list(spreads.values()))
        safe = np.where(largest > 0, largest, 1.0)
        spreads = {measure: found / safe for measure, found in spreads.items()}
    kinds = np.array([member.kind.value for member in members])
    return {
        (functions.part or kind, measure): float(np.median(found[kinds == kind]))
        for measure, found in spreads.items()
        for kind in dict.fromkeys(kinds.tolist())
    }

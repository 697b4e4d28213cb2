"""The tables of the result pages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from modelkin.bench.dataless.functions import CLASSIFIERS, CRITICS, EVERY, GENERATORS, MAIN
from modelkin.bench.dataless.headline import degenerate
from modelkin.bench.dataless.looks import mark, set_name
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.pairs import question
from modelkin.bench.dataless.scores import Case, Chart, Scores
from modelkin.bench.dataless.separating import area
from modelkin.bench.dataless.zoo import Zoo
from modelkin.bench.figures import Figure
from modelkin.bench.table import Table

_HOLE = "-"
_BOTH = "+".join(kind.value for kind in CLASSIFIERS.kinds)
_QUESTIONS = (
    ("sets", "Same image set against another set"),
    ("one-recipe", "The same among models of one architecture and recipe"),
    ("kinds", "CNN against SVM: same image set against another set"),
    ("nearest", "Share of models whose nearest neighbour saw the same set"),
    ("nearest-other-recipe", "The same where the neighbour has another recipe"),
    ("nearest-other-kind", "The same where the neighbour is of the other sort"),
    ("halves", "Same half against the other half of one set"),
    ("halves-one-recipe", "The same among models of one architecture and recipe"),
    ("recipes", "Same half: same recipe against another recipe"),
    ("recipe-or-half", "Another recipe on the same half against the other half"),
)
_NEAREST = {"sets": "nearest", "kinds": "nearest-other-kind"}
_OF = {
    **{kind.value: CLASSIFIERS for kind in CLASSIFIERS.kinds},
    _BOTH: CLASSIFIERS,
    GENERATORS.part: GENERATORS,
    CRITICS.part: CRITICS,
}


def shown(figure: Figure | None) -> str:
    """A figure with its interval."""
    if figure is None:
        return _HOLE
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


def figure_table(figures: Mapping[str, Figure], missing: Mapping[str, str]) -> Table:
    """Every figure by its stable name."""
    rows: list[tuple[str, ...]] = [
        (name, shown(figure), str(figure.n), figure.target) for name, figure in figures.items()
    ]
    rows += [(name, f"missing: {why}") for name, why in missing.items()]
    return Table(
        name="figures",
        title="Figures",
        head=("figure", "value [95 % interval]", "n", "target"),
        rows=tuple(rows),
    )


def measure_table(scores: Scores) -> Table:
    """The paper's claim by sort and query measure, and how much answers vary."""
    flat = set(degenerate(scores))
    rows = []
    for sort, functions in _OF.items():
        asking = "kinds" if sort == _BOTH else "sets"
        for measure in functions.measures:
            case = Case(question=asking, kinds=sort, measure=measure, estimator=MAIN[sort])
            ari = Case(question="ari", kinds=sort, measure=measure, estimator=MAIN[sort])
            if case not in scores.figures:
                continue
            parts = sort.split("+")
            varied = min(scores.variety[part, measure] for part in parts)
            empty = any((part, measure) in flat for part in parts)
            rows.append(
                (
                    sort,
                    measure,
                    shown(scores.figures[case]),
                    shown(scores.figures.get(replace(case, question=_NEAREST[asking]))),
                    shown(scores.figures.get(ari)),
                    f"{varied:.3f}{' (degenerate)' if empty else ''}",
                )
            )
    return Table(
        name="measures",
        title="By query measure",
        note="AUC: how often a pair of one image set (and half) is closer than a pair of two sets. "
        "Nearest: share of models whose nearest neighbour (CNN against SVM: of the other sort) saw "
        "the same set. ARI: clusters of the tree, cut into as many as there are sets, against the "
        "sets. Varied: how much the typical model's answers vary; below 0.01 a measure counts as "
        "degenerate. "
        "test-images are the sets' own and shown for contrast.",
        head=(
            "sort",
            "query measure",
            "AUC [95 % interval]",
            "nearest [95 % interval]",
            "ARI [95 % interval]",
            "varied",
        ),
        rows=tuple(rows),
    )


def estimator_tables(scores: Scores) -> tuple[Table, ...]:
    """AUC of every question, by sort, measure and estimator."""
    found = []
    for asking, title in _QUESTIONS:
        for functions in EVERY:
            names = list(functions.estimators)
            sorts = [sort for sort, whose in _OF.items() if whose is functions]
            every = (
                (sort, measure, *_cells(scores, asking, sort, measure, names))
                for sort in sorts
                for measure in functions.measures
            )
            rows = [row for row in every if set(row[2:]) != {_HOLE}]
            if rows:
                part = functions.part or "classifier"
                found.append(
                    Table(
                        name=f"{asking}-{part}",
                        title=f"{title}: {part}s",
                        head=("sort", "query measure", *names),
                        rows=tuple(rows),
                    )
                )
    return tuple(found)


def _cells(
    scores: Scores, asking: str, sort: str, measure: str, names: list[str]
) -> tuple[str, ...]:
    figures = [
        scores.figures.get(Case(question=asking, kinds=sort, measure=measure, estimator=name))
        for name in names
    ]
    return tuple(_HOLE if one is None else f"{one.value:.3f}" for one in figures)


def set_table(charts: Sequence[Chart]) -> Table:
    """Which two sets are told apart, by the main distances."""
    sets = list(dict.fromkeys(member.data for chart in charts for member in chart.members))
    columns = [
        (chart, kind)
        for chart in charts
        for kind in dict.fromkeys(member.kind for member in chart.members)
    ]
    head = [
        f"{kind.value if chart.name == 'classifier' else chart.name}, {chart.measure}"
        for chart, kind in columns
    ]
    rows = [
        (
            f"{set_name(first)}, {set_name(second)}",
            *(_apart(chart, kind, (first, second)) for chart, kind in columns),
        )
        for first, second in combinations(sets, 2)
    ]
    return Table(
        name="set-pairs",
        title="Which two sets are told apart",
        note="AUC of pairs of one set (and half) against pairs of the two sets named.",
        head=("sets", *head),
        rows=tuple(rows),
    )


def _apart(chart: Chart, kind: Kind, sets: tuple[str, str]) -> str:
    rows = [
        row
        for row, member in enumerate(chart.members)
        if member.kind is kind and member.data in sets
    ]
    chosen = [chart.members[row] for row in rows]
    asked = question("sets", chosen)
    figure = area(chart.distances[np.ix_(rows, rows)], asked, chosen, seed=0, resamples=1)
    return _HOLE if figure is None else f"{figure.value:.3f}"


def zoo_table(zoo: Zoo) -> Table:
    """How good the models are."""
    groups: dict[tuple[str, str], list[float]] = {}
    for member in zoo.members:
        log = zoo.log(member)
        if log is not None and "failed" not in log:
            key = "energy_to_test" if member.kind is Kind.GAN else "accuracy"
            groups.setdefault((mark(member)[1], member.data), []).append(float(log[key]))
    rows = [
        (
            sort,
            set_name(data),
            str(len(found)),
            *(f"{value:.3f}" for value in (min(found), float(np.median(found)), max(found))),
        )
        for (sort, data), found in groups.items()
    ]
    return Table(
        name="zoo",
        title=f"The zoo: {len(zoo.members)} models",
        note="Classifiers: accuracy on test images. GANs: energy distance of generated pictures "
        "to test images, of 0 (equal laws) upwards.",
        head=("sort", "image set", "models", "lowest", "median", "highest"),
        rows=tuple(rows),
    )

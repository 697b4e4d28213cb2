"""Small multiples: detection against the number of queries, one panel a method."""

import math
from typing import Any

from modelkin.bench.modelreuse import selection
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.selection import DATALESS, WITH_DATA
from modelkin.bench.modelreuse.truth import ALL
from modelkin.bench.plot import LINE, Plot, new_figure, style, to_svg

# Okabe and Ito's blue and orange, told apart by all
_LINES = (
    (DATALESS, False, "#2f8fd0", "o", "--", "no data"),
    (DATALESS, True, "#2f8fd0", "o", "-", "no data + cohort"),
    (WITH_DATA, False, "#e08214", "s", "--", "training set"),
    (WITH_DATA, True, "#e08214", "s", "-", "training set + cohort"),
)
_ACROSS, _WIDTH, _HEIGHT = 4, 2.25, 1.95


def query_curves(scores: Scores) -> Plot:
    """TPR at 5 % FPR over all pairs against the queries that were put to each model."""
    methods = [
        method
        for method in selection.methods(scores)
        if any(config.method == method for config in scores.by)
    ]
    budgets = sorted({config.budget for config in scores.by})
    across = min(_ACROSS, max(len(methods), 1))
    down = max(1, math.ceil(len(methods) / across))
    with style("queries"):
        figure = new_figure(max(across * _WIDTH, 5), down * _HEIGHT + 0.5)
        axes = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
        for axis in axes[len(methods) :]:
            axis.set_visible(False)
        drawn: dict[str, Any] = {}
        for number, (axis, method) in enumerate(zip(axes, methods, strict=False)):
            drawn |= _panel(axis, scores, method, budgets)
            axis.set_title(method, fontsize=9.5, loc="left")
            axis.tick_params(labelbottom=number + across >= len(methods))
        figure.supxlabel("queries to each model", fontsize=9.5)
        figure.supylabel("TPR at 5 % FPR", fontsize=9.5)
        figure.legend(
            drawn.values(), drawn.keys(), loc="outside upper center", ncols=4, frameon=False
        )
        drawing = to_svg(figure)
    return Plot(
        name="modelreuse-queries",
        title="What more queries buy",
        alt="One panel a method: share detected at 5 % false positives against the number of "
        "queries, without data and with the training set, with and without a cohort.",
        svg=drawing,
    )


def _panel(axis: Any, scores: Scores, method: str, budgets: list[int]) -> dict[str, Any]:  # noqa: ANN401
    drawn = {}
    for queries, cohort, colour, marker, dash, label in _LINES:
        points = []
        for budget in budgets:
            config = selection.best(scores, method, queries, cohort=cohort, budget=budget)
            one = scores.by.get(config, {}).get(ALL)
            if one is not None and one.tpr5 is not None:
                points.append((budget, one.tpr5))
        if not points:
            continue
        places = [place for place, _ in points]
        settings = {"color": colour, "marker": marker, "linestyle": dash, "markersize": 4}
        (line,) = axis.plot(places, [one.value for _, one in points], linewidth=1.6, **settings)
        low, high = [one.low for _, one in points], [one.high for _, one in points]
        axis.fill_between(places, low, high, color=colour, alpha=0.13, linewidth=0)
        drawn[label] = line
    axis.set_xscale("log")
    axis.set_xticks(budgets, [str(budget) for budget in budgets])
    axis.minorticks_off()
    axis.set_ylim(-0.03, 1.03)
    axis.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "", ".5", "", "1"])
    axis.grid(axis="y", color=LINE, linewidth=0.6)
    axis.tick_params(length=0, labelsize=8.5)
    return drawn

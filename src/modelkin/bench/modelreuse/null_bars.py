"""Bars: how much harder the harder honest models make it."""

import numpy as np

from modelkin.bench.modelreuse import selection
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.selection import DATALESS
from modelkin.bench.modelreuse.truth import NULLS
from modelkin.bench.plot import INK, LINE, Plot, new_figure, style, to_svg

# steps of one scale, light to dark, so that harder reads as darker, with and without colour
_COLOURS = ("#9ecae1", "#56a0ce", "#2171b5", "#d55e00")
_MEANING = {
    "N1": "N1 other data",
    "N2": "N2 other images",
    "same-data": "same images",
    "N3": "N3 same images and recipe",
}
_ROW = 0.5


def null_bars(scores: Scores) -> Plot:
    """TPR at 5 % FPR of each method when the honest pairs are of one null, 100 queries, no data."""
    rows = [one for one in selection.at_best_access(scores, DATALESS) if one in scores.by]
    thick = 0.8 / len(NULLS)
    with style("nulls"):
        figure = new_figure(8, max(len(rows), 1) * _ROW + 1)
        axis = figure.subplots()
        for step, (null, colour) in enumerate(zip(NULLS, _COLOURS, strict=True)):
            found = [
                (row - 0.4 + thick * (step + 0.5), one.tpr5)
                for row, config in enumerate(rows)
                if (one := scores.by[config].get(f"null:{null}")) and one.tpr5
            ]
            places = [place for place, _ in found]
            values = np.array([figure.value for _, figure in found])
            ends = [[figure.low, figure.high] for _, figure in found]
            reach = np.abs(np.array(ends).reshape(-1, 2) - values[:, None]).T
            axis.barh(places, values, height=thick * 0.9, color=colour, label=_MEANING[null])
            axis.errorbar(values, places, xerr=reach, fmt="none", ecolor=INK, elinewidth=0.8)
        axis.set_yticks(range(len(rows)), [selection.row_name(row) for row in rows])
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.set_xlim(0, 1)
        axis.set_xlabel("TPR at 5 % FPR, 100 queries without data; lines are 95 % intervals")
        axis.grid(axis="x", color=LINE, linewidth=0.6)
        axis.set_axisbelow(True)
        axis.tick_params(length=0)
        axis.spines["left"].set_visible(False)
        figure.legend(loc="outside upper center", ncols=4, frameon=False)
        drawing = to_svg(figure)
    return Plot(
        name="modelreuse-nulls",
        title="Which honest models it is told from",
        alt="Bars of the share detected at 5 % false positives by method, once for each kind of "
        "honest model; the numbers are in the table by null.",
        svg=drawing,
    )

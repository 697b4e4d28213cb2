"""Heat map: which method sees which reuse type."""

from typing import Any

import numpy as np

from modelkin.bench.modelreuse import selection
from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.selection import DATALESS, WITH_DATA
from modelkin.bench.modelreuse.truth import ALL
from modelkin.bench.plot import HATCH, INK, Plot, new_figure, style, to_svg

_PANELS = ((DATALESS, "without data (image-mix-v1)"), (WITH_DATA, "with the training set"))
_ROW, _COLUMN, _LEFT, _TOP = 0.27, 0.62, 2.7, 1.1
_DARK = 0.55


def heat_map(scores: Scores) -> Plot:
    """TPR at 5 % FPR of each method (rows) on each reuse type (columns), 100 queries.

    Rows are sorted by their share over all types; the first column shows it. Holes are hatched.
    """
    columns = (ALL, *selection.types(scores))
    panels = [(title, _rows(scores, queries)) for queries, title in _PANELS]
    heights = [max(len(rows), 1) * _ROW + _TOP for _, rows in panels]
    with style("heatmap"):
        figure = new_figure(_LEFT + len(columns) * _COLUMN, sum(heights))
        figure.get_layout_engine().set(hspace=0.05)
        axes = figure.subplots(len(panels), 1, height_ratios=heights)
        for axis, (title, rows) in zip(axes, panels, strict=True):
            _panel(axis, scores, rows, columns)
            axis.set_title(f"TPR at 5 % FPR, 100 queries {title}", loc="left", fontsize=11, pad=8)
        drawing = to_svg(figure)
    return Plot(
        name="modelreuse-heatmap",
        title="What each method sees",
        alt="Heat map of the share detected at 5 % false positives by method and reuse type, "
        "without data and with the training set; the numbers are in the table by reuse type.",
        svg=drawing,
    )


def _rows(scores: Scores, queries: str) -> list[Config]:
    def share(config: Config) -> float:
        groups = scores.by.get(config)
        figure = groups[ALL].tpr5 if groups else None
        return figure.value if figure else -1.0

    return sorted(selection.at_best_access(scores, queries), key=share, reverse=True)


def _panel(axis: Any, scores: Scores, rows: list[Config], columns: tuple[str, ...]) -> None:  # noqa: ANN401
    values = np.full((max(len(rows), 1), len(columns)), np.nan)
    for y, config in enumerate(rows):
        for x, group in enumerate(columns):
            one = scores.by.get(config, {}).get(group)
            if one is not None and one.tpr5 is not None:
                values[y, x] = one.tpr5.value
    mesh = axis.pcolormesh(
        np.ma.masked_invalid(values), cmap="cividis", vmin=0, vmax=1, edgecolors="none"
    )
    for (y, x), value in np.ndenumerate(values):
        if np.isnan(value):
            _hole(axis, x, y)
            continue
        colour = "#ffffff" if value < _DARK else "#000000"
        text = f"{value:.2f}".removeprefix("0") if value < 1 else "1"
        axis.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=colour, fontsize=8.5)
    for edge in range(1, len(columns)):
        axis.axvline(edge, color=INK, alpha=0.35, linewidth=2.2 if edge == 1 else 0.25)
    mesh.set_rasterized(False)
    axis.set_yticks(np.arange(len(rows)) + 0.5, [selection.row_name(row) for row in rows])
    names = [group.removeprefix("how:") for group in columns]
    axis.set_xticks(np.arange(len(columns)) + 0.5, names, rotation=35, ha="left")
    axis.tick_params(length=0)
    axis.xaxis.tick_top()
    axis.invert_yaxis()
    axis.spines[:].set_visible(False)
    if not rows:
        axis.set_yticks([0.5], ["not measured"])


def _hole(axis: Any, x: int, y: int) -> None:  # noqa: ANN401
    from matplotlib.patches import Rectangle

    axis.add_patch(
        Rectangle((x, y), 1, 1, fill=False, hatch="////", edgecolor=HATCH, linewidth=0.5)
    )

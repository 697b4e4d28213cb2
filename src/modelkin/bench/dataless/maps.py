"""Maps of the models: multidimensional scaling of their distances."""

from collections.abc import Sequence
from typing import Any

from modelkin.bench.dataless.looks import colours, mark, set_name
from modelkin.bench.dataless.scores import Chart
from modelkin.bench.plot import INK, Plot, new_figure, style, to_svg
from modelkin.zoo.layout import lay_out

_COLUMNS, _SIDE, _FOOT = 2, 4.6, 0.8


def draw_maps(charts: Sequence[Chart]) -> Plot:
    """A map for each distance matrix; full marks saw half a of their set, open ones half b.

    Raises:
        MissingDependencyError: matplotlib, scipy or scikit-learn is not installed.
    """
    rows = -(-len(charts) // _COLUMNS)
    with style("dataless-maps"):
        figure = new_figure(_COLUMNS * _SIDE, rows * _SIDE + _FOOT)
        axes = figure.subplots(rows, _COLUMNS, squeeze=False).ravel()
        for axis, chart in zip(axes, charts, strict=False):
            _map(axis, chart)
        for axis in axes[len(charts) :]:
            axis.set_visible(False)
        _legend(figure, charts)
        drawing = to_svg(figure)
    return Plot(
        name="dataless-maps",
        title="Maps of the models",
        alt="Multidimensional scaling of the models by their distance as functions; the colour is "
        "the image set. How well the sets lie apart is in the table of figures.",
        svg=drawing,
    )


def _map(axis: Any, chart: Chart) -> None:  # noqa: ANN401 (matplotlib is optional)
    layout = lay_out(chart.distances)
    paint = colours(chart.members)
    for member, (x, y) in zip(chart.members, layout.points, strict=True):
        colour = paint[member.data]
        face = colour if member.half == "a" else "none"
        axis.plot(
            x, y, mark(member)[0], markersize=5.5, markerfacecolor=face, markeredgecolor=colour
        )
    axis.set_title(f"{chart.title}\nstress {layout.stress:.2f}", fontsize=10, loc="left")
    axis.set_aspect("equal", adjustable="datalim")
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(True)


def _legend(figure: Any, charts: Sequence[Chart]) -> None:  # noqa: ANN401 (matplotlib is optional)
    from matplotlib.lines import Line2D

    members = tuple(member for chart in charts for member in chart.members)
    keys = [
        Line2D([], [], marker="o", linestyle="", color=colour, label=set_name(data))
        for data, colour in colours(members).items()
    ]
    for sign, name in dict.fromkeys(mark(member) for member in members):
        keys.append(Line2D([], [], marker=sign, linestyle="", color=INK, label=name))
    keys.append(
        Line2D([], [], marker="o", linestyle="", color=INK, markerfacecolor="none", label="half b")
    )
    figure.legend(handles=keys, loc="outside lower center", ncols=5, frameon=False, fontsize=9)

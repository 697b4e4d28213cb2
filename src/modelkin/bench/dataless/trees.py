"""Dendrograms of the models, coloured by the image set that each was trained on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from modelkin.bench.dataless.looks import colours, set_name
from modelkin.bench.dataless.scores import Chart
from modelkin.bench.plot import INK, Plot, new_figure, style, to_svg
from modelkin.zoo.tree import grow

_WIDTH, _TALL = 9.2, 2.6
_STRIP = 0.07


def draw_trees(charts: Sequence[Chart]) -> Plot:
    """A tree by UPGMA for each distance matrix, over a strip of the sets.

    Raises:
        MissingDependencyError: matplotlib or scipy is not installed.
    """
    with style("dataless-trees"):
        figure = new_figure(_WIDTH, _TALL * len(charts) + 0.4)
        axes = figure.subplots(len(charts), 1, squeeze=False).ravel()
        for axis, chart in zip(axes, charts, strict=True):
            _tree(axis, chart)
        _legend(figure, charts)
        drawing = to_svg(figure)
    return Plot(
        name="dataless-trees",
        title="Trees of the models",
        alt="Dendrograms by UPGMA; below each, a strip with the image set of every model. Where a "
        "colour is in one piece, the tree holds that set together.",
        svg=drawing,
    )


def _tree(axis: Any, chart: Chart) -> None:  # noqa: ANN401 (matplotlib is optional)
    tree = grow(chart.distances)
    n = len(tree.leaves)
    place = np.empty(n)
    place[tree.leaves] = np.arange(n)
    xs, ys = list(place), [0.0] * n
    for first, second, height, _ in tree.merges.tolist():
        a, b = int(first), int(second)
        axis.plot([xs[a], xs[a], xs[b], xs[b]], [ys[a], height, height, ys[b]], color=INK, lw=0.7)
        xs.append((xs[a] + xs[b]) / 2)
        ys.append(height)
    paint = colours(chart.members)
    deep = _STRIP * max(ys)
    for member, x in zip(chart.members, place, strict=True):
        axis.bar(x, -deep, width=1.0, color=paint[member.data], linewidth=0)
    axis.set_title(chart.title, fontsize=10, loc="left")
    axis.set_xlim(-0.6, n - 0.4)
    axis.set_ylim(-deep, None)
    axis.set_xticks([])
    axis.set_ylabel("distance")
    axis.spines["bottom"].set_visible(False)


def _legend(figure: Any, charts: Sequence[Chart]) -> None:  # noqa: ANN401 (matplotlib is optional)
    from matplotlib.patches import Patch

    members = tuple(member for chart in charts for member in chart.members)
    keys = [
        Patch(facecolor=colour, label=set_name(data)) for data, colour in colours(members).items()
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=6, frameon=False, fontsize=9)

"""The strip of dots: everything inside the picture, whatever the values."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from modelkin.records import Null, NullKind, NullScore, Report
from modelkin.report.strip_plot import Axis, StripPlot, axis_of, strip_plot

EXTREMES = {
    "all one": [1.0] * 30,
    "all zero": [0.0] * 30,
    "all equal": [0.4] * 500,
    "a single one": [0.7],
    "nearly one": [1 - 1e-16, 1 - 1e-12, 1.0],
    "tiny": [5e-324, 1e-300],
    "negative": [-3.5, -0.1, 0.2],
    "huge": [-1e308, 1e308, 0.5],
    "above one": [1.0000001, 0.3],
    "undefined": [math.nan, 0.5, math.inf, -math.inf],
    "nothing but undefined": [math.nan],
    "none": [],
}


@pytest.fixture(params=sorted(EXTREMES))
def values(request: pytest.FixtureRequest) -> list[float]:
    name: str = request.param
    return EXTREMES[name]


def judged(report: Report, values: list[float], value: float) -> Report:
    scores = tuple(
        NullScore(reference=f"r{n}", family=f"f{n % 7}", value=v) for n, v in enumerate(values)
    )
    rated = replace(report.decision.similarity, value=value, low=value - 0.1, high=value + 0.1)
    null = Null(kind=NullKind.N1, scores=scores)
    decision = replace(report.decision, null=null, similarity=rated, score=None)
    return replace(report, decision=decision)


def inside(plot: StripPlot) -> bool:
    xs = [dot.x for dot in plot.dots] + [x for x, _ in plot.axis.ticks]
    ys = [dot.y for dot in plot.dots] + [plot.baseline, plot.row]
    if plot.mark is not None:
        xs += [x for x in (plot.mark.x, plot.mark.low, plot.mark.high) if x is not None]
    return all(0.0 <= x <= 1.0 for x in xs) and all(0.0 < y < plot.height for y in ys)


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0, -7.0, 1e300, 1 - 1e-16, math.nan, math.inf])
def test_everything_lies_inside(
    sample: Callable[[str], Report], values: list[float], value: float
) -> None:
    plot = strip_plot(judged(sample("related"), values, value))
    assert inside(plot)
    assert plot.height < 250
    finite = [v for v in values if math.isfinite(v)]
    assert (len(plot.dots), plot.undrawn) == (len(finite), len(values) - len(finite))
    assert (plot.mark is None) == (not math.isfinite(value))


def test_every_sample_lies_inside(report: Report) -> None:
    assert inside(strip_plot(report))


def test_ticks_are_few_rising_and_told_apart(values: list[float]) -> None:
    ticks = axis_of(list(values)).ticks
    assert 2 <= len(ticks) <= 8
    assert [x for x, _ in ticks] == sorted(x for x, _ in ticks)
    assert len({text for _, text in ticks}) == len(ticks)


def test_an_axis_holds_its_values_and_one() -> None:
    axis = axis_of([0.23, 0.71, None])
    assert (axis.low, axis.high) == pytest.approx((0.2, 1.0))
    assert [text for _, text in axis.ticks] == ["0.2", "0.4", "0.6", "0.8", "1.0"]
    assert axis.place(0.6) == pytest.approx(0.5)


def test_beyond_an_end_is_drawn_at_the_end() -> None:
    axis = Axis(low=0.0, high=1.0, ticks=())
    assert (axis.place(-4.0), axis.place(9.0)) == (0.0, 1.0)


def test_equal_dots_are_stacked(sample: Callable[[str], Report]) -> None:
    dots = strip_plot(judged(sample("related"), [0.4] * 5, 0.9)).dots
    assert len({dot.x for dot in dots}) == 1
    assert len({dot.y for dot in dots}) == 5


def test_the_best_of_each_family_leads(sample: Callable[[str], Report]) -> None:
    plot = strip_plot(judged(sample("related"), [0.1 + n / 100 for n in range(14)], 0.9))
    assert sorted(dot.leads for dot in plot.dots) == [False] * 7 + [True] * 7


@pytest.mark.parametrize(("value", "anchor"), [(0.0, "start"), (0.5, "middle"), (0.99, "end")])
def test_the_label_runs_inwards(sample: Callable[[str], Report], value: float, anchor: str) -> None:
    mark = strip_plot(judged(sample("related"), [0.0, 1.0], value)).mark
    assert mark is not None
    assert mark.anchor == anchor

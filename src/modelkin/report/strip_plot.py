"""Where a pair lies among the references: the geometry of a strip of dots.

Horizontal positions are shares of the axis in 0..1, drawn as per cent, so that the picture
fits any width while its text keeps its size. Vertical positions are pixels from the top.
"""

import math
from collections import Counter
from dataclasses import dataclass

from modelkin.records import Decision, Report
from modelkin.report.facts import finite
from modelkin.report.formatting import brief, number

_IDENTICAL = 1.0
_LEAST_SPAN = 1e-6
_MOST = 1e9
_TICKS = 6
_BINS = 64
_SUSPECT_ROW = 40.0
_DOT = 11.0
_STACK = 132.0
_AXIS_ROOM = 26.0
_LEFT, _RIGHT = 0.25, 0.75


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A linear axis.

    Attributes:
        low: value at the left end.
        high: value at the right end.
        ticks: (position 0..1, text) from left to right.
    """

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def place(self, value: float) -> float:
        """Position of a value, 0..1; what lies beyond an end is drawn at that end."""
        share = (min(max(value, -_MOST), _MOST) - self.low) / (self.high - self.low)
        return min(max(share, 0.0), 1.0)


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One reference.

    Attributes:
        x: position, 0..1.
        y: pixels from the top.
        label: family, name and similarity.
        leads: the most similar member of its family, which is the one that counts.
    """

    x: float
    y: float
    label: str
    leads: bool


@dataclass(frozen=True, kw_only=True)
class Mark:
    """The suspect.

    Attributes:
        x: position, 0..1.
        low: left end of the interval, or None.
        high: right end of the interval, or None.
        label: text beside the mark.
        anchor: side of the label that the mark is at: "start", "middle" or "end".
    """

    x: float
    low: float | None
    high: float | None
    label: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class StripPlot:
    """Everything to draw.

    Attributes:
        height: pixels.
        baseline: pixels from the top to the axis.
        row: pixels from the top to the suspect's mark.
        axis: the axis.
        dots: the references.
        mark: the suspect, or None where its similarity is undefined.
        undrawn: references whose similarity is undefined.
    """

    height: float
    baseline: float
    row: float
    axis: Axis
    dots: tuple[Dot, ...]
    mark: Mark | None
    undrawn: int


def strip_plot(report: Report) -> StripPlot:
    """Lay out the suspect and the references."""
    null = report.decision.null
    scores = [score for score in null.scores if finite(score.value)] if null else []
    axis = axis_of([*_suspect(report.decision), *(score.value for score in scores)])
    places = [axis.place(score.value) for score in scores]
    tallest = max(Counter(map(_bin, places)).values(), default=0)
    step = min(_DOT, _STACK / tallest) if tallest else 0.0
    baseline = _SUSPECT_ROW + max(tallest * step + _DOT, 2 * _DOT)
    best = null.family_scores if null else {}
    stacked: Counter[int] = Counter()
    dots = []
    for score, x in sorted(zip(scores, places, strict=True), key=lambda pair: pair[0].value):
        level = stacked[_bin(x)]
        stacked[_bin(x)] += 1
        dots.append(
            Dot(
                x=x,
                y=baseline - _DOT / 1.5 - level * step,
                label=f"{brief(score.family)}: {brief(score.reference)}, {number(score.value)}",
                leads=score.value == best.get(score.family),
            )
        )
    return StripPlot(
        height=baseline + _AXIS_ROOM,
        baseline=baseline,
        row=_SUSPECT_ROW - _DOT,
        axis=axis,
        dots=tuple(dots),
        mark=_mark(report, axis),
        undrawn=len(null.scores) - len(scores) if null else 0,
    )


def axis_of(values: list[float | None]) -> Axis:
    """Make an axis that holds the values and ends no earlier than at 1, which is identical."""
    drawn = [min(max(v, -_MOST), _MOST) for v in values if v is not None and math.isfinite(v)]
    high = max([*drawn, _IDENTICAL])
    low = min(drawn, default=0.0)
    return axis_between(0.0 if low == high == _IDENTICAL else low, high)


def axis_between(low: float, high: float) -> Axis:
    """Make an axis with round ticks that holds two numbers."""
    low = min(low, high - _LEAST_SPAN)
    step = _nice((high - low) / _TICKS)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    start, stop = first * step, last * step
    ticks = tuple(
        ((index - first) / (last - first), f"{index * step:.{decimals}f}")
        for index in range(first, last + 1)
    )
    return Axis(low=start, high=stop, ticks=ticks)


def anchor_at(x: float) -> str:
    """Which way a label runs so that it stays inside the picture."""
    if x < _LEFT:
        return "start"
    return "end" if x > _RIGHT else "middle"


def _mark(report: Report, axis: Axis) -> Mark | None:
    value, low, high = _suspect(report.decision)
    if value is None or not finite(value):
        return None
    spans = low is not None and high is not None and finite(low) and finite(high)
    x = axis.place(value)
    return Mark(
        x=x,
        low=axis.place(low) if spans and low is not None else None,
        high=axis.place(high) if spans and high is not None else None,
        label=f"suspect {number(value)}",
        anchor=anchor_at(x),
    )


def _suspect(decision: Decision) -> tuple[float | None, float | None, float | None]:
    """The number that was judged, and its interval where one is known on that scale."""
    if decision.score is not None:
        return decision.score, None, None
    rated = decision.similarity
    return rated.value, rated.low, rated.high


def _nice(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))


def _bin(x: float) -> int:
    return round(x * _BINS)

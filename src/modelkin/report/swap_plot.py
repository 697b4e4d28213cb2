"""The p-values of a swap test as bars: how many chairs would have accused."""

from collections import Counter
from dataclasses import dataclass

from modelkin.records import Swap
from modelkin.report.formatting import counted

_BINS = 20
_TALLEST = 80.0
_TICK_ROOM = 18.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """References with p-values between two bounds.

    Attributes:
        left: per cent from the left.
        width: in per cent.
        top: pixels from the top.
        height: in pixels.
        label: what it stands for.
    """

    left: float
    width: float
    top: float
    height: float
    label: str


@dataclass(frozen=True, kw_only=True)
class SwapPlot:
    """Everything to draw.

    Attributes:
        bars: from left to right.
        level: per cent from the left of the p-value that counts as an accusation.
        height: pixels.
        baseline: pixels from the top to the axis.
    """

    bars: tuple[Bar, ...]
    level: float
    height: float
    baseline: float


def swap_plot(swap: Swap | None) -> SwapPlot | None:
    """Lay out a swap test; None where there is none."""
    if swap is None:
        return None
    counts = Counter(min(int(chair.p_value * _BINS), _BINS - 1) for chair in swap.chairs)
    most = max(counts.values())
    width = 100 / _BINS
    bars = tuple(
        Bar(
            left=place * width,
            width=width * 0.9,
            top=round(_TALLEST * (1 - count / most), 2),
            height=round(_TALLEST * count / most, 2),
            label=f"{counted(count, 'reference')} with p from {place / _BINS:g} to "
            f"{(place + 1) / _BINS:g}",
        )
        for place, count in sorted(counts.items())
    )
    return SwapPlot(
        bars=bars, level=100 * swap.level, height=_TALLEST + _TICK_ROOM, baseline=_TALLEST
    )

"""Figures and rows of the replayed splits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from modelkin.bench.figures import Figure
from modelkin.bench.label_replay.rates import HELD_OUT_FALSE, HELD_OUT_TPR, TPR
from modelkin.bench.label_replay.replay import BUDGETS, FALSE_RATES, Replayed
from modelkin.bench.label_replay.schemes import BEST, Scheme

_STATED = ((0, 10), (0, 20), (0, 50), (0, 100), (1, 20), (1, 100))
_BY_KIND = 100
_LEVELS = ("fpr1", "fpr01")
_DIGITS = 4


TARGETS = {
    "tpr_at_fpr1_q20": "at least .93",
    "tpr_at_fpr01_q100": "at least .97",
    "own_tpr_at_fpr1_q10": "at least .95",
    "own_tpr_at_fpr1_q20": "at least .99",
    "own_tpr_at_fpr01_q20": "at least .95",
}


def figures_of(
    replayed: Replayed,
    schemes: Sequence[Scheme],
    *,
    families: int,
    best: str = BEST,
    prefix: str = "",
) -> dict[str, Figure]:
    """Name the main rates; those of the best scheme stand without its name too.

    Args:
        replayed: what was measured.
        schemes: in the order of its first axis.
        families: how many families the intervals rest on.
        best: name of the scheme whose figures stand without its name.
        prefix: stands in front of every name.
    """
    figures: dict[str, Figure] = {}
    ordered = sorted(enumerate(schemes), key=lambda entry: entry[1].name != best)
    for index, scheme in ordered:
        for level, budget in _STATED:
            name = f"tpr_at_{_LEVELS[level]}_q{budget}"
            at = (index, BUDGETS.index(budget))
            measured = {
                name: (*at, TPR, level, 0),
                f"held_out_{name}": (*at, HELD_OUT_TPR, level, 0),
                f"held_out_{name.replace('tpr', 'false')}": (*at, HELD_OUT_FALSE, level, 0),
            }
            for stated, place in measured.items():
                figure = Figure(
                    value=float(replayed.mean[place]),
                    low=float(replayed.low[place]),
                    high=float(replayed.high[place]),
                    n=families,
                )
                if scheme.name == best:
                    target = TARGETS.get(f"{prefix}{stated}", "")
                    figures[f"{prefix}{stated}"] = replace(figure, target=target)
                if stated == name:
                    figures[f"{prefix}{scheme.name}_{stated}"] = figure
    return figures


def rows_of(
    replayed: Replayed, schemes: Sequence[Scheme], kinds: Sequence[str], *, everyone: str = "all"
) -> Iterator[dict[str, Any]]:
    """All suspects at every budget, then each kind of them at 100 queries.

    Args:
        replayed: what was measured.
        schemes: in the order of its first axis.
        kinds: names of the groups after the first.
        everyone: what the first group is called.
    """
    deviations = replayed.each.std(axis=0)
    for group, suspects in enumerate((everyone, *kinds)):
        for level, false_rate in enumerate(FALSE_RATES):
            for index, scheme in enumerate(schemes):
                for at, budget in enumerate(BUDGETS):
                    place = (index, at, TPR, level, group)
                    if np.isnan(replayed.mean[place]) or (group and budget != _BY_KIND):
                        continue
                    held_out, false = (
                        replayed.mean[index, at, measure, level, group]
                        for measure in (HELD_OUT_TPR, HELD_OUT_FALSE)
                    )
                    yield {
                        "suspects": suspects,
                        "FPR": false_rate,
                        "scheme": scheme.name,
                        "queries": budget,
                        "TPR": _rounded(replayed.mean[place]),
                        "low": _rounded(replayed.low[place]),
                        "high": _rounded(replayed.high[place]),
                        "sd of splits": _rounded(deviations[place]),
                        "held-out TPR": _rounded(held_out),
                        "held-out FPR": _rounded(false),
                    }


def _rounded(value: float) -> float:
    return round(float(value), _DIGITS)

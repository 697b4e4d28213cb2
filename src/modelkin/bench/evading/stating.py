"""Figures and rows of one evasion, and which evasions cost too much."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from modelkin.bench.evading.judging import Found
from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse.resampling import figure_of
from modelkin.bench.modelreuse.truth import ALL
from modelkin.records import FloatArray

_TARGET = "<= 0.10 at an accuracy loss <= 0.03"
_ALLOWED = 0.03
_MOST_LOST = 0.10


def figures_of(name: str, found: Found, base: Found) -> dict[str, Figure]:
    """Shares found, and what was lost against copies that do not evade.

    Args:
        name: in front of the figures.
        found: with the evasion.
        base: without.
    """
    n = found.pairs[ALL]
    made = {
        f"{name}_tpr5": figure_of(found.threshold[ALL], n=n, lineages=2),
        f"{name}_lost": _lost(base.threshold[ALL], found.threshold[ALL], n),
        f"{name}_found": figure_of(found.rule[ALL], n=n, lineages=2),
        f"{name}_rule_lost": _lost(base.rule[ALL], found.rule[ALL], n),
        f"{name}_raw_lost": _lost(base.raw[ALL], found.raw[ALL], n),
        f"{name}_remarked": figure_of(found.remark[ALL], n=n, lineages=2),
        f"{name}_other_classes": figure_of(found.geometry[ALL], n=n, lineages=2),
        f"{name}_cohort_lost": _lost(base.cohort[ALL], found.cohort[ALL], n),
    }
    return {key: figure for key, figure in made.items() if figure is not None}


def _lost(before: FloatArray, after: FloatArray, n: int) -> Figure | None:
    figure = figure_of(before - after, n=n, lineages=2)
    return None if figure is None else replace(figure, target=_TARGET)


def row_of(name: str, group: str, found: Found, base: Found, cost: float) -> dict[str, Any]:
    """One row of the table: an evasion and a group of copies.

    Args:
        name: of the evasion.
        group: of the copies.
        found: with the evasion.
        base: without.
        cost: accuracy that it costs the copies, as a share.
    """

    def share(values: FloatArray) -> float:
        return round(float(values[0]), 3)

    return {
        "evasion": name,
        "copies": group,
        "n": found.pairs[group],
        "accuracy lost": round(cost, 4),
        "tpr5": share(found.threshold[group]),
        "lost": share(base.threshold[group] - found.threshold[group]),
        "rule": share(found.rule[group]),
        "rule lost": share(base.rule[group] - found.rule[group]),
        "raw lost": share(base.raw[group] - found.raw[group]),
        "remarked": share(found.remark[group]),
        "other classes": share(found.geometry[group]),
        "cohort tpr5": share(found.cohort[group]),
        "cohort lost": share(base.cohort[group] - found.cohort[group]),
    }


def summary_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which evasions within the allowed accuracy loss cost more than ten points."""
    said = []
    for what, key in (
        ("compare's rule", "rule lost"),
        ("one threshold", "lost"),
        ("plain similarity", "raw lost"),
        ("one threshold after a cohort", "cohort lost"),
    ):
        over = [
            f"{row['evasion']} ({row[key]:.2f})"
            for row in rows
            if row["copies"] == ALL and row["accuracy lost"] <= _ALLOWED and row[key] > _MOST_LOST
        ]
        said.append(f"with {what}: {', '.join(over) or 'none'}")
    return (
        "Evasions within 3 points of accuracy that cost more than ten points of copies found, "
        + "; ".join(said)
        + "."
    )

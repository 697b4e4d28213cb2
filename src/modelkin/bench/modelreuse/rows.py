"""The whole table as JSON: one row a configuration."""

from collections.abc import Mapping
from typing import Any

from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse import selection
from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.score import Score
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.truth import ALL, PARTS

_DIGITS = 4
_GROUPED = ("types", "rules", "nulls", "own")
_FIGURES = ("rule", "auc", "tpr5", "tpr1", "lolo_tpr5", "lolo_fpr5")


def rows_of(scores: Scores) -> tuple[dict[str, Any], ...]:
    """Every configuration, measured or not.

    Returns:
        Rows with ``method``, ``queries``, ``access``, ``budget``, ``cohort`` and either ``hole``,
        the reason why nothing was measured, or the counts of pairs, the cost of a pair, and figures
        as ``[value, low, high, n]``: of all pairs, and by reuse type (``types``: TPR at 5 % FPR;
        ``variants``: its value alone), null (``nulls``) and sort of pair with a threshold of its
        own (``own``). Budgets that no table divides so have the values of these groups alone.
    """
    return tuple(shortened(_row(scores, config)) for config in selection.configs(scores))


def shortened(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without the intervals of groups that no table shows."""
    if row["budget"] == selection.HEADLINE_BUDGET:
        return dict(row)
    return {key: _values(value) if key in _GROUPED else value for key, value in row.items()}


def _values(figures: Any) -> Any:  # noqa: ANN401 - figures, or groups of them
    if isinstance(figures, Mapping):
        return {group: _values(one) for group, one in figures.items()}
    return figures[0] if isinstance(figures, list) else figures


def _row(scores: Scores, config: Config) -> dict[str, Any]:
    row: dict[str, Any] = {
        "method": config.method,
        "queries": config.queries,
        "access": config.access,
        "budget": config.budget,
        "cohort": config.cohort,
    }
    groups = scores.by.get(config)
    if groups is None:
        return {**row, "hole": scores.hole(config)}
    one = groups[ALL]
    cost = scores.cost.get(config)
    return {
        **row,
        "positives": one.positives,
        "positives_of": scores.positives[ALL],
        "negatives": one.negatives,
        "lineages": one.lineages,
        "honest_families": one.families,
        "unruled": one.unruled,
        "fpr5_resolved_by": one.resolution(0.05),
        "fpr1_resolved_by": one.resolution(0.01),
        "source_queries": cost.source_queries if cost else None,
        "suspect_queries": cost.suspect_queries if cost else None,
        "seconds": float(f"{cost.seconds:.3g}") if cost else None,
        **{name: compact(getattr(one, name)) for name in _FIGURES},
        "types": {
            group.removeprefix("how:"): compact(other.tpr5)
            for group, other in groups.items()
            if group in PARTS or group.startswith("how:")
        },
        "rules": {
            group.removeprefix("how:"): compact(other.rule)
            for group, other in groups.items()
            if group in PARTS or group.startswith("how:")
        },
        "variants": {
            group.removeprefix("kind:"): round(other.tpr5.value, _DIGITS)
            for group, other in groups.items()
            if group.startswith("kind:") and other.tpr5
        },
        "nulls": _several(groups, "null:"),
        "own": _several(groups, "own:"),
    }


def _several(groups: Mapping[str, Score], prefix: str) -> dict[str, Any]:
    return {
        group.removeprefix(prefix): {
            "negatives": one.negatives,
            "honest_families": one.families,
            **{name: compact(getattr(one, name)) for name in ("auc", "tpr5", "tpr1")},
        }
        for group, one in groups.items()
        if group.startswith(prefix)
    }


def compact(figure: Figure | None) -> list[float | int] | None:
    """A figure as ``[value, low, high, n]``."""
    if figure is None:
        return None
    ends = (figure.value, figure.low, figure.high)
    return [*(round(value, _DIGITS) for value in ends), figure.n]

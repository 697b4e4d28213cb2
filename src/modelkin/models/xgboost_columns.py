"""The columns of an XGBoost model, from its names, types and trees."""

import itertools
from typing import Any

from modelkin.models.column_facts import from_codes, from_thresholds, named
from modelkin.records import ColumnSpec

_WHOLE = {"int", "i"}
_CATEGORY = "c"


def read_columns(learner: dict[str, Any], width: int) -> tuple[ColumnSpec, ...]:
    """Describe the columns; ranges are known for those that some tree splits.

    Args:
        learner: the file's ``learner`` object.
        width: number of columns.
    """
    names = named(learner.get("feature_names") or [])
    names = names if len(names) == width else ("",) * width
    types = learner.get("feature_types") or []
    types = types if len(types) == width else ["float"] * width
    booster = learner["gradient_booster"]
    model = booster.get("gbtree", booster).get("model", {})  # dart wraps the trees once more
    trees = model.get("trees", [])
    thresholds: list[list[float]] = [[] for _ in range(width)]
    codes: list[set[float]] = [set() for _ in range(width)]
    for tree in trees:
        _read_tree(tree, thresholds, codes)
    texts = [_texts(held) for held in model.get("cats", {}).get("enc", [])]
    texts = texts if len(texts) == width else [()] * width
    return tuple(
        _column(names[place], types[place], thresholds[place], codes[place], texts[place])
        for place in range(width)
    )


def _column(
    name: str, kind: str, thresholds: list[float], codes: set[float], texts: tuple[str, ...]
) -> ColumnSpec:
    if texts:
        return ColumnSpec(name=name, kind="category", categories=texts)
    if kind == _CATEGORY or codes:
        # codes count from 0; one beyond those that trees name stands for all others
        return from_codes(name, range(int(max(codes, default=0)) + 2))
    return from_thresholds(name, thresholds, whole=kind in _WHOLE)


def _read_tree(
    tree: dict[str, Any], thresholds: list[list[float]], codes: list[set[float]]
) -> None:
    places = tree["split_indices"]
    kinds = tree.get("split_type") or [0] * len(places)
    for node, place in enumerate(places):
        if tree["left_children"][node] != -1 and not kinds[node]:
            thresholds[place].append(float(tree["split_conditions"][node]))
    starts, sizes = tree.get("categories_segments", []), tree.get("categories_sizes", [])
    for node, start, size in zip(tree.get("categories_nodes", []), starts, sizes, strict=True):
        codes[places[node]].update(tree["categories"][start : start + size])


def _texts(held: dict[str, Any]) -> tuple[str, ...]:
    """The categories of one column, as XGBoost keeps them: bytes and where each text starts."""
    values, offsets = held.get("values", []), held.get("offsets")
    if offsets is None:
        return tuple(f"{value:g}" for value in values)
    content = bytes(value & 0xFF for value in values)
    if not content.isascii():  # XGBoost 3.2 counts characters instead of bytes, and cuts the rest
        return tuple(str(place) for place in range(len(offsets) - 1))
    return tuple(content[start:stop].decode() for start, stop in itertools.pairwise(offsets))

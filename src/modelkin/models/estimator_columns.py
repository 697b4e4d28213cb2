"""The columns of a fitted scikit-learn estimator, from its first steps and its trees."""

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from modelkin.models.column_facts import from_codes, from_thresholds, named
from modelkin.records import ColumnSpec

_DEVIATIONS = 2.0
_PASSED = ("passthrough", "drop")


def read_columns(estimator: Any) -> tuple[ColumnSpec, ...]:  # noqa: ANN401 (any library's)
    """Describe the columns that a fitted estimator takes, as far as it remembers them.

    Scalers give a range (mean and two deviations, or least and largest), encoders give
    categories, trees and forests the values that they split at.

    Args:
        estimator: a fitted estimator or pipeline.
    """
    width = getattr(estimator, "n_features_in_", None)
    if width is None:
        return ()
    names = [str(name) for name in getattr(estimator, "feature_names_in_", ())]
    bare = named(names) if len(names) == width else ("",) * int(width)
    columns = [ColumnSpec(name=name) for name in bare]
    # an estimator of another make may hold something else under these attributes
    with contextlib.suppress(AttributeError, IndexError, TypeError, ValueError):
        _learn(estimator, columns, list(range(len(columns))), names)
    return tuple(columns)


def takes_names(estimator: Any) -> bool:  # noqa: ANN401 (any library's)
    """Whether some step picks its columns by name, which only a frame of pandas has."""
    inner = [held for _, held in getattr(estimator, "steps", ())]
    inner += [held for _, held, _ in getattr(estimator, "transformers_", ())]
    chosen = [names for _, _, names in getattr(estimator, "transformers_", ())]
    by_name = any(np.asarray(names).dtype.kind in "OUT" for names in chosen if names is not None)
    return by_name or any(takes_names(held) for held in inner if not isinstance(held, str))


def takes_any_shape(estimator: Any) -> bool:  # noqa: ANN401 (any library's)
    """Whether a pipeline begins with a function that makes features of whatever it is given.

    Of pictures such a step remembers the height as its number of columns. It is told from a
    function of columns by the names it saw, or by the next step's as many columns.
    """
    steps = [held for _, held in getattr(estimator, "steps", ()) if held != "passthrough"]
    if not steps or not callable(getattr(steps[0], "func", None)):
        return False
    if getattr(steps[0], "validate", False) or hasattr(steps[0], "feature_names_in_"):
        return False
    widths = [getattr(step, "n_features_in_", None) for step in steps[:2]]
    return len(widths) > 1 and widths[0] != widths[1]


def _learn(estimator: Any, columns: list[ColumnSpec], places: list[int], names: list[str]) -> None:  # noqa: ANN401
    """Fill in what one estimator tells of the columns at these places."""
    for step in _first_steps(estimator):
        transformers = getattr(step, "transformers_", None)
        if transformers is not None:
            for _, inner, chosen in transformers:
                if not isinstance(inner, str) or inner not in _PASSED:
                    _learn(inner, columns, [places[i] for i in _places(chosen, names)], names)
            return
        found = _facts(step, [columns[place] for place in places])
        if found is not None:
            for place, column in zip(places, found, strict=True):
                columns[place] = column
            return


def _first_steps(estimator: Any) -> Iterable[Any]:  # noqa: ANN401 (any library's)
    """The first step, and the next for as long as imputers hand the same columns on."""
    steps = getattr(estimator, "steps", None)
    for step in [held for _, held in steps] if steps else [estimator]:
        if step == "passthrough":
            continue
        yield step
        imputed = getattr(step, "statistics_", None)
        if imputed is None or len(step.get_feature_names_out()) != len(imputed):
            return


def _places(chosen: Any, names: Sequence[str]) -> list[int]:  # noqa: ANN401 (slice, mask, names...)
    if isinstance(chosen, slice):
        return list(range(len(names)))[chosen] if names else list(range(chosen.stop))[chosen]
    listed = np.atleast_1d(np.asarray(chosen))
    if listed.dtype == bool:
        return [int(place) for place in np.flatnonzero(listed)]
    return [names.index(str(one)) if listed.dtype.kind in "OUT" else int(one) for one in listed]


def _facts(step: Any, columns: list[ColumnSpec]) -> list[ColumnSpec] | None:  # noqa: ANN401
    """What one fitted object tells, or None."""
    names = [column.name for column in columns]
    if hasattr(step, "categories_"):
        return [_category(name, held) for name, held in zip(names, step.categories_, strict=True)]
    if hasattr(step, "data_min_"):
        return _ranges(names, step.data_min_, step.data_max_)
    if getattr(step, "scale_", None) is not None and hasattr(step, "transform"):
        centre = getattr(step, "mean_", None)
        centre = getattr(step, "center_", None) if centre is None else centre
        middle = np.zeros(len(names)) if centre is None else np.asarray(centre)
        spread = _DEVIATIONS * np.asarray(step.scale_)
        return _ranges(names, middle - spread, middle + spread)
    thresholds = _thresholds(step, len(names))
    if thresholds is None:
        return None
    return [from_thresholds(name, found) for name, found in zip(names, thresholds, strict=True)]


def _ranges(names: list[str], lows: Any, highs: Any) -> list[ColumnSpec]:  # noqa: ANN401 (arrays)
    return [
        ColumnSpec(name=name, low=float(low), high=float(high))
        for name, low, high in zip(names, lows, highs, strict=True)
    ]


def _category(name: str, held: Any) -> ColumnSpec:  # noqa: ANN401 (an array)
    if np.asarray(held).dtype.kind in "iufb":
        return from_codes(name, np.asarray(held)[np.isfinite(np.asarray(held, dtype=float))])
    texts = tuple(one for one in held if isinstance(one, str))
    if len(texts) < len(held):
        return ColumnSpec(name=name)
    return ColumnSpec(name=name, kind="category", categories=texts)


def _thresholds(step: Any, width: int) -> list[list[float]] | None:  # noqa: ANN401 (any library's)
    """The split values of each column, over all trees of a tree or an ensemble."""
    found: list[list[float]] = [[] for _ in range(width)]
    trees = list(_trees(step))
    for features, values in trees:
        for place, value in zip(features, values, strict=True):
            found[int(place)].append(float(value))
    return found if trees else None


def _trees(step: Any) -> Iterable[tuple[Any, Any]]:  # noqa: ANN401 (any library's)
    """(columns, split values) of the inner nodes of each tree."""
    if hasattr(step, "_predictors"):  # histogram gradient boosting keeps its trees nowhere else
        for tree in (tree for round_ in step._predictors for tree in round_):  # noqa: SLF001
            inner = tree.nodes[(tree.nodes["is_leaf"] == 0) & (tree.nodes["is_categorical"] == 0)]
            yield inner["feature_idx"], inner["num_threshold"]
    elif hasattr(step, "tree_"):
        inner = step.tree_.feature >= 0
        yield step.tree_.feature[inner], step.tree_.threshold[inner]
    else:
        trees = np.ravel(getattr(step, "estimators_", ()))
        chosen = getattr(step, "estimators_features_", [None] * len(trees))
        for tree, own in zip(trees, chosen, strict=True):
            for places, values in _trees(tree) if hasattr(tree, "tree_") else ():
                yield (places if own is None else np.asarray(own)[places]), values

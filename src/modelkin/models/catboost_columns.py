"""The columns of a CatBoost model: borders of its numbers, and categories found by their hashes."""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import SignatureError
from modelkin.models.column_facts import from_codes, from_thresholds, named
from modelkin.records import ColumnSpec

_CANDIDATES = range(-1, 1000)
_MULTIPLIER = 0x4906BA494954CB65
_SIXTY_FOUR = (1 << 64) - 1
_THIRTY_TWO = (1 << 32) - 1


def read_columns(catboost: Any, model: Any, location: str) -> tuple[ColumnSpec, ...]:  # noqa: ANN401
    """Describe the columns.

    The file holds categories as hashes only, so whole numbers are tried; texts stay unknown.

    Args:
        catboost: the module.
        model: the loaded model.
        location: its file, for messages.

    Raises:
        SignatureError: the model takes texts.
    """
    names = named([str(name) for name in model.feature_names_])
    others = [*model.get_text_feature_indices(), *model.get_embedding_feature_indices()]
    borders = model.get_borders()
    categorical = [int(place) for place in model.get_cat_feature_indices()]
    codes = _codes(catboost, model, len(names), categorical) if categorical else {}
    unknown = sorted({*others, *(place for place in categorical if not codes[place])})
    if unknown:
        raise SignatureError(
            f"'{location}' takes texts in the column '{names[unknown[0]] or unknown[0]}', which "
            "the file holds only as hashes or tokens",
            hint="wrap it in a Python function that turns numbers into these texts, and name it "
            "as module:function",
        )
    return tuple(
        from_codes(name, codes[place])
        if place in codes
        else from_thresholds(name, borders.get(place, ()))
        for place, name in enumerate(names)
    )


def _codes(catboost: Any, model: Any, width: int, categorical: list[int]) -> dict[int, list[float]]:  # noqa: ANN401
    """The whole numbers that each column of categories knows."""
    rows = np.full((len(_CANDIDATES), width), 0.0).astype(object)
    for place in categorical:
        rows[:, place] = [str(code) for code in _CANDIDATES]
    pool = catboost.Pool(rows, cat_features=categorical, thread_count=1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json", pool=pool)
        held = json.loads(path.read_text(encoding="utf-8"))
    hashes = {int(entry["value"]): int(entry["hash"]) for entry in _features(held, "hash")}
    found: dict[int, list[float]] = {}
    for number, place in enumerate(categorical):
        known = _hashes_of(held, number)
        found[place] = [float(code) for code in _CANDIDATES if _is_known(hashes.get(code), known)]
    return found


def _features(held: dict[str, Any], key: str) -> list[dict[str, Any]]:
    names = {"hash": "cat_features_hash", "categorical": "categorical_features", "ctr": "ctrs"}
    listed: list[dict[str, Any]] = held["features_info"].get(names[key], [])
    return listed


def _hashes_of(held: dict[str, Any], number: int) -> set[int]:
    """Hashes of one column's categories: of one-hot splits, and of its own statistics."""
    known: set[int] = set()
    for feature in _features(held, "categorical"):
        if feature["feature_index"] == number:
            known |= {int(value) & _THIRTY_TWO for value in feature.get("values", [])}
    for ctr in _features(held, "ctr"):
        elements = ctr["elements"]
        alone = len(elements) == 1 and elements[0].get("cat_feature_index") == number
        table = held.get("ctr_data", {}).get(ctr["identifier"], {}) if alone else {}
        known |= {int(value) for value in table.get("hash_map", [])[:: table.get("hash_stride", 1)]}
    return known


def _is_known(hashed: int | None, known: set[int]) -> bool:
    if hashed is None:
        return False
    signed = hashed - (1 << 32) if hashed >> 31 else hashed
    # CatBoost's CalcHash(0, value), the key of a table on one column
    combined = _MULTIPLIER * (_MULTIPLIER * (signed & _SIXTY_FOUR)) & _SIXTY_FOUR
    return hashed in known or combined in known

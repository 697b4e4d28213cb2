"""LightGBM boosters saved as text."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.boosters import class_outputs, pair_of_probabilities
from modelkin.models.column_facts import all_midway, from_codes, named
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, ColumnSpec, Signature, TensorSpec

_ENDS = ("\nend of trees", "\nfeature importances:", "\nfeature_importances:")
_CATEGORIES = "pandas_categorical:"
_BINARY = ("binary",)
_SEVERAL = ("multiclass", "softmax")
_EACH = ("multiclassova", "multiclass_ova", "ova", "ovr")
_CATEGORICAL_SPLIT = 1


@dataclass(frozen=True)
class Lightgbm(ModelFormat):
    """LightGBM text models (.txt); columns, their ranges and categories are read from the file."""

    name: ClassVar[str] = "lightgbm"
    extensions: ClassVar[tuple[str, ...]] = (".txt", ".lgb")
    extra: ClassVar[str | None] = "lightgbm"
    loading: ClassVar[str] = "LightGBM parses the trees; nothing in the file is run as code"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the first lines alone, since any text may end in .txt."""
        del location
        return content_kind(first_bytes) == "lightgbm"

    def load(self, location: str) -> Model:
        """Parse the trees.

        Raises:
            MissingDependencyError: LightGBM is not installed.
            BrokenModelError: LightGBM refuses the file, or it ends too early.
        """
        lightgbm = require("lightgbm", self.extra)
        text = Path(location).read_text(encoding="utf-8", errors="replace")
        if not any(end in text for end in _ENDS):
            raise BrokenModelError(
                f"'{location}' ends before its last tree does",
                hint="copy the file again, or save it again with booster.save_model",
            )
        try:
            booster = lightgbm.Booster(model_str=_carefully(text))
        except lightgbm.basic.LightGBMError as error:
            raise BrokenModelError(
                f"'{location}' cannot be loaded by LightGBM: {str(error)[:200]}",
                hint="save it again with booster.save_model",
            ) from error
        return _LightgbmModel(booster, text)


def _carefully(text: str) -> str:
    """The text without what makes LightGBM end the process when a file is damaged.

    Without ``tree_sizes`` it parses tree after tree and raises; with them it parses in parallel
    and aborts. The parameters of training, which predicting does not need, can crash it too.
    """
    trees = re.sub(r"^tree_sizes=.*\n", "", text, count=1, flags=re.MULTILINE)
    return re.sub(r"\nparameters:\n.*?\nend of parameters\n", "\n", trees, flags=re.DOTALL)


class _LightgbmModel:
    """A booster and the lines before its first tree."""

    def __init__(self, booster: Any, text: str) -> None:  # noqa: ANN401 (LightGBM is untyped)
        self._booster = booster
        head = text.partition("\nTree=")[0]
        lines = dict(line.split("=", 1) for line in head.splitlines() if "=" in line)
        objective = lines.get("objective", "").split(" ")[0]
        self._pair = objective in _BINARY
        self._kind = class_outputs(objective, one=_BINARY, several=_SEVERAL, each=_EACH)
        classes = int(lines.get("num_class", 1))
        self._width = 2 if self._pair else classes
        self.columns = _columns(lines, text)

    @property
    def signature(self) -> Signature:
        """Columns and objective as the file states them."""
        columns = TensorSpec(name="rows", shape=(None, len(self.columns)), dtype="float64")
        scores = TensorSpec(name="scores", shape=(None, self._width), dtype="float64")
        return Signature(
            inputs=(columns,), outputs=(scores,), output=self._kind, columns=self.columns
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with probabilities where the objective has them, else with what it predicts."""
        rows = np.ascontiguousarray(batch.inputs[0], dtype=np.float64)
        try:
            answers = np.asarray(self._booster.predict(rows, num_threads=1))
        except Exception as error:
            raise PredictionError(
                f"LightGBM failed: {str(error)[:200]}",
                hint="compare the columns with those it was trained on: modelkin inspect MODEL",
            ) from error
        return (pair_of_probabilities(answers) if self._pair else answers.reshape(len(rows), -1),)


def _columns(lines: dict[str, str], text: str) -> tuple[ColumnSpec, ...]:
    width = int(lines.get("max_feature_idx", -1)) + 1
    names = named(lines.get("feature_names", "").split())
    infos = lines.get("feature_infos", "").split()
    if not len(names) == len(infos) == width:
        return (ColumnSpec(),) * width
    thresholds = _thresholds(text, width)
    columns = [
        _column(name, info, found)
        for name, info, found in zip(names, infos, thresholds, strict=True)
    ]
    lists = iter(_pandas_categories(text))
    for place, column in enumerate(columns):
        texts = next(lists, None) if column.kind == "category" else None
        if texts:
            columns[place] = replace(column, categories=texts, codes=())
    return tuple(columns)


def _column(name: str, info: str, thresholds: list[float]) -> ColumnSpec:
    if info.startswith("["):
        low, high = (float(end) for end in info.strip("[]").split(":"))
        whole = low % 1 == high % 1 == 0 and bool(thresholds) and all_midway(thresholds)
        kept = np.isfinite([low, high]).all()
        return ColumnSpec(
            name=name,
            low=low if kept else None,
            high=high if kept else None,
            kind="integer" if whole else "number",
        )
    if info == "none":  # one value in training, so that no tree asks it
        return ColumnSpec(name=name)
    return from_codes(name, (float(code) for code in info.split(":") if not code.startswith("-")))


def _thresholds(text: str, width: int) -> list[list[float]]:
    """The split values of each column of numbers, over all trees."""
    found: list[list[float]] = [[] for _ in range(width)]
    lists = {
        key: re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)
        for key in ("split_feature", "threshold", "decision_type")
    }
    for places, values, kinds in zip(*lists.values(), strict=False):
        for place, value, kind in zip(places.split(), values.split(), kinds.split(), strict=False):
            if not int(kind) & _CATEGORICAL_SPLIT and int(place) < width:
                found[int(place)].append(float(value))
    return found


def _pandas_categories(text: str) -> list[tuple[str, ...]]:
    """The texts that the codes of a pandas frame stand for, a list a column of categories."""
    _, _, line = text.rpartition(_CATEGORIES)
    try:
        held = json.loads(line.splitlines()[0]) if line.strip() else None
    except ValueError:
        return []
    return [tuple(str(one) for one in texts) for texts in held] if isinstance(held, list) else []

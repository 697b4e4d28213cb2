"""XGBoost boosters saved as JSON or UBJSON."""

import json
import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.boosters import class_outputs, pair_of_probabilities
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.models.xgboost_columns import read_columns
from modelkin.protocols import Model, ModelFormat
from modelkin.records import Access, AnyArray, Batch, OutputKind, Signature, TensorSpec

_BINARY = ("binary:logistic",)
_SEVERAL = ("multi:softprob", "multi:softmax")
_LABELS = ("binary:hinge",)


@dataclass(frozen=True)
class Xgboost(ModelFormat):
    """XGBoost models (.json, .ubj); columns come from the file, ranges from its trees."""

    name: ClassVar[str] = "xgboost"
    extensions: ClassVar[tuple[str, ...]] = (".json", ".ubj")
    extra: ClassVar[str | None] = "xgboost"
    loading: ClassVar[str] = "XGBoost parses the trees; nothing in the file is run as code"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the first key alone, since much else ends in .json."""
        del location
        return content_kind(first_bytes) == "xgboost"

    def load(self, location: str) -> Model:
        """Parse the trees.

        Raises:
            MissingDependencyError: XGBoost is not installed.
            BrokenModelError: XGBoost refuses the file.
        """
        xgboost = require("xgboost", self.extra)
        try:
            with xgboost.config_context(verbosity=0):
                booster = xgboost.Booster({"nthread": 1}, model_file=location)
                held = json.loads(booster.save_raw("json"))
        except (xgboost.core.XGBoostError, ValueError) as error:
            raise BrokenModelError(
                f"'{location}' cannot be loaded by XGBoost: {_reason(error)}",
                hint="copy the file again, or save it again with booster.save_model",
            ) from error
        return _XgboostModel(xgboost, booster, held["learner"])


class _XgboostModel:
    """A booster and its own description of itself."""

    def __init__(self, xgboost: Any, booster: Any, learner: dict[str, Any]) -> None:  # noqa: ANN401
        self._xgboost = xgboost
        self._booster = booster
        self._objective = str(learner["objective"]["name"])
        sizes = {key: int(float(learner["learner_model_param"].get(key, 0))) for key in _SIZES}
        self._classes = sizes["num_class"] or 1
        targets = sizes["num_target"] or 1
        self._pair = self._objective in {*_BINARY, "binary:logitraw"} and targets == 1
        self._width = 2 if self._pair else max(self._classes, targets)
        self.columns = read_columns(learner, sizes["num_feature"])

    @property
    def signature(self) -> Signature:
        """Columns and objective as the file states them."""
        labels = self._objective in _LABELS
        scores = TensorSpec(
            name="labels" if labels else "scores",
            shape=(None, self._width),
            dtype="int64" if labels else "float32",
        )
        return Signature(
            inputs=(TensorSpec(name="rows", shape=(None, len(self.columns)), dtype="float32"),),
            outputs=(scores,),
            access=Access.LABEL if labels else Access.SCORES,
            output=self._kind,
            columns=self.columns,
        )

    @property
    def _kind(self) -> OutputKind:
        if self._objective in _LABELS:
            return OutputKind.LABELS
        if self._pair and self._objective not in _BINARY:
            return OutputKind.LOGITS
        each = () if self._pair else _BINARY  # several targets, each with its own probability
        one = _BINARY if self._pair else ()
        return class_outputs(self._objective, one=one, several=_SEVERAL, each=each)

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with probabilities where the objective has them, else with what it predicts."""
        rows = np.ascontiguousarray(batch.inputs[0], dtype=np.float32)
        softmax = self._objective == "multi:softmax"  # predicts labels; its margins say more
        try:
            asked = self._xgboost.DMatrix(
                rows,
                feature_names=self._booster.feature_names,
                feature_types=self._booster.feature_types,
                enable_categorical=True,
                nthread=1,
            )
            answers = np.asarray(self._booster.predict(asked, output_margin=softmax))
        except Exception as error:
            raise PredictionError(
                f"XGBoost failed: {_reason(error)}",
                hint="compare the columns with those it was trained on: modelkin inspect MODEL",
            ) from error
        if self._objective in _LABELS:
            return (answers.astype(np.int64).reshape(len(rows), -1),)
        if self._pair and self._kind is OutputKind.LOGITS:
            return (np.column_stack([-answers, answers]) / 2,)
        if self._pair:
            return (pair_of_probabilities(answers),)
        answers = answers.reshape(len(rows), -1)
        return (_softmax(answers) if softmax else answers,)


_SIZES = ("num_class", "num_target", "num_feature")


def _reason(error: Exception) -> str:
    """The message alone: a stack trace follows it, a time and a place in the source precede it."""
    return re.sub(r"^\[[\d:]+\] \S+: ", "", str(error).strip().splitlines()[0])[:200]


def _softmax(margins: AnyArray) -> AnyArray:
    reals = margins.astype(np.float64)
    odds = np.exp(reals - reals.max(axis=1, keepdims=True))
    return np.asarray((odds / odds.sum(axis=1, keepdims=True)).astype(np.float32))

"""CatBoost models in their own binary form."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from modelkin.errors import BrokenModelError, PredictionError
from modelkin.models.catboost_columns import read_columns
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, OutputKind, Signature, TensorSpec

_EACH = {"MultiCrossEntropy", "MultiLogloss", "MultiClassOneVsAll"}
_PAIR = {"Logloss", "CrossEntropy"}
_SEVERAL = {"MultiClass"}


@dataclass(frozen=True)
class Catboost(ModelFormat):
    """CatBoost models (.cbm); columns come from the file, ranges from its borders."""

    name: ClassVar[str] = "catboost"
    extensions: ClassVar[tuple[str, ...]] = (".cbm",)
    extra: ClassVar[str | None] = "catboost"
    loading: ClassVar[str] = "CatBoost reads the trees; nothing in the file is run as code"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the magic bytes."""
        del location
        return content_kind(first_bytes) == "catboost"

    def load(self, location: str) -> Model:
        """Read the trees.

        Raises:
            MissingDependencyError: CatBoost is not installed.
            BrokenModelError: CatBoost refuses the file, or it takes texts.
        """
        catboost = require("catboost", self.extra)
        model = catboost.CatBoost()
        try:
            model.load_model(location)
        except catboost.CatBoostError as error:
            reason = str(error).partition(": ")[2] or str(error)  # a place in the source is first
            raise BrokenModelError(
                f"'{location}' cannot be loaded by CatBoost: {reason[:200]}",
                hint="copy the file again, or save it again with model.save_model",
            ) from error
        return _CatboostModel(catboost, model, location)


class _CatboostModel:
    """The trees, their columns, and which of them hold categories."""

    def __init__(self, catboost: Any, model: Any, location: str) -> None:  # noqa: ANN401 (untyped)
        self._catboost = catboost
        self._model = model
        self._categorical = sorted(int(place) for place in model.get_cat_feature_indices())
        self.columns = read_columns(catboost, model, location)
        loss = str(model.get_all_params().get("loss_function", "")).partition(":")[0]
        self._labels = tuple(str(name) for name in model.classes_)
        self._kind = OutputKind.VECTORS
        if loss in _EACH:
            self._kind = OutputKind.SIGMOIDS
        elif loss in _PAIR | _SEVERAL or (not loss and self._labels):
            self._kind = OutputKind.PROBABILITIES

    @property
    def signature(self) -> Signature:
        """Columns and classes as the file states them."""
        rows = TensorSpec(name="rows", shape=(None, len(self.columns)), dtype="float32")
        width = len(self._labels) or None
        scores = TensorSpec(name="scores", shape=(None, width), dtype="float64")
        return Signature(
            inputs=(rows,),
            outputs=(scores,),
            output=self._kind,
            labels=self._labels,
            columns=self.columns,
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with probabilities where the loss has them, else with raw values."""
        shown = "RawFormulaVal" if self._kind is OutputKind.VECTORS else "Probability"
        try:
            answers = np.asarray(
                self._model.predict(
                    self._asked(batch.inputs[0]), prediction_type=shown, thread_count=1
                )
            )
        except Exception as error:
            raise PredictionError(
                f"CatBoost failed: {str(error)[:200]}",
                hint="compare the columns with those it was trained on: modelkin inspect MODEL",
            ) from error
        return (answers.reshape(len(batch), -1).astype(np.float64),)

    def _asked(self, rows: AnyArray) -> Any:  # noqa: ANN401 (an array or CatBoost's own)
        values = np.ascontiguousarray(rows, dtype=np.float32)
        if not self._categorical:
            return values
        table = values.astype(object)
        texts = values[:, self._categorical].astype(np.int64).astype(str)
        table[:, self._categorical] = texts.astype(object)
        return self._catboost.Pool(table, cat_features=self._categorical, thread_count=1)

"""Any object with scikit-learn's methods, made a model."""

import importlib
import warnings
from typing import Any

import numpy as np

from modelkin.errors import BrokenModelError, MissingDependencyError, PredictionError
from modelkin.models.estimator_columns import read_columns, takes_any_shape, takes_names
from modelkin.records import Access, AnyArray, Batch, OutputKind, Signature, TensorSpec

_METHODS = ("predict_proba", "decision_function", "predict", "transform")
_BINARY = 2


class EstimatorModel:
    """A fitted estimator, asked for the most it shows.

    Classifiers give probabilities, else decision values, else labels; everything else gives
    what ``predict`` (or, for embeddings, ``transform``) returns.

    Args:
        estimator: the fitted object.
        location: the file it comes from, for messages.

    Raises:
        BrokenModelError: the object cannot answer anything.
    """

    def __init__(self, estimator: Any, location: str) -> None:  # noqa: ANN401 (any library's)
        usable = [name for name in _METHODS if callable(getattr(estimator, name, None))]
        if not usable:
            raise BrokenModelError(
                f"'{location}' holds a {type(estimator).__name__}, which has no predict method",
                hint="save the fitted estimator or pipeline itself",
            )
        self._estimator = estimator
        self._any_shape = takes_any_shape(estimator)
        self._columns_taken = () if self._any_shape else read_columns(estimator)
        self._pandas = _pandas(location) if takes_names(estimator) else None
        self._classes = _classes(estimator)
        clusters = self._classes is None and hasattr(estimator, "cluster_centers_")
        self._method = "predict" if clusters else usable[0]
        self._kind = _kind(self._method, classifies=self._classes is not None or clusters)

    @property
    def signature(self) -> Signature:
        """Columns and classes as the estimator remembers them from its training.

        A pipeline that makes its own features, of pictures for instance, has no columns to state.
        """
        columns = None if self._any_shape else getattr(self._estimator, "n_features_in_", None)
        names = getattr(self._estimator, "feature_names_in_", ())
        label = ",".join(str(name) for name in names) or "features"
        inputs = (
            (TensorSpec(name=label, shape=(None, int(columns)), dtype="float64"),)
            if columns is not None
            else ()
        )
        labels = self._kind is OutputKind.LABELS
        width = None if self._classes is None else len(self._classes)
        output = TensorSpec(
            name=self._method,
            shape=(None, 1 if labels else width),
            dtype="int64" if labels else "float64",
        )
        return Signature(
            inputs=inputs,
            outputs=(output,),
            access=Access.LABEL if labels else Access.SCORES,
            output=self._kind,
            labels=() if self._classes is None else tuple(str(name) for name in self._classes),
            columns=self._columns_taken,
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer with the method that shows most."""
        rows = batch.inputs[0] if len(batch.inputs) == 1 else np.column_stack(batch.inputs)
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="X does not have valid feature names")
                answers = getattr(self._estimator, self._method)(self._table(rows))
            several = isinstance(answers, list)  # one array an output of a multi-output model
            return tuple(self._columns(found) for found in (answers if several else [answers]))
        except Exception as error:
            raise PredictionError(
                f"{type(self._estimator).__name__}.{self._method} raised "
                f"{type(error).__name__}: {str(error)[:200]}",
                hint="check the columns that the model was fitted on: modelkin inspect MODEL",
            ) from error

    def _table(self, rows: AnyArray) -> Any:  # noqa: ANN401 (an array, or a frame of pandas)
        """The rows with the texts that codes stand for, as a frame where columns go by name."""
        texts = {
            place: np.array(column.categories, dtype=object)
            for place, column in enumerate(self._columns_taken)
            if column.categories and not column.codes
        }
        if not texts and self._pandas is None:
            return rows
        columns = [
            texts[place][values.astype(np.int64) % len(texts[place])] if place in texts else values
            for place, values in enumerate(rows.T)
        ]
        if self._pandas is not None:
            names = [str(name) for name in self._estimator.feature_names_in_]
            return self._pandas.DataFrame(dict(zip(names, columns, strict=True)))
        return np.stack([column.astype(object) for column in columns], axis=1)

    def _columns(self, answers: Any) -> AnyArray:  # noqa: ANN401 (arrays or sparse matrices)
        found = np.asarray(answers.toarray() if hasattr(answers, "toarray") else answers)
        if self._kind is OutputKind.LABELS:
            if self._classes is not None:
                found = np.searchsorted(self._classes, found)
            return found.astype(np.int64).reshape(len(found), -1)
        if self._kind is OutputKind.LOGITS and found.ndim == 1:
            # one decision value of two classes: the pair of logits with the same difference
            return np.column_stack([-found, found]) / _BINARY
        return found.reshape(len(found), -1) if found.ndim == 1 else found


def _pandas(location: str) -> Any:  # noqa: ANN401 (a module)
    try:
        return importlib.import_module("pandas")
    except ImportError as error:
        raise MissingDependencyError(
            f"'{location}' picks its columns by name, which takes the module 'pandas'",
            hint="pip install pandas",
        ) from error


def _classes(estimator: Any) -> AnyArray | None:  # noqa: ANN401 (any library's)
    """The classes of a single-output classifier, sorted as every classifier keeps them."""
    try:
        found = np.asarray(estimator.classes_)
    except (AttributeError, ValueError):  # not a classifier, or ragged: several outputs
        return None
    return found if found.ndim == 1 and found.dtype != object else _text_classes(found)


def _text_classes(found: AnyArray) -> AnyArray | None:
    """Classes of text that NumPy keeps as objects; None for lists of several outputs."""
    is_flat = found.ndim == 1 and all(isinstance(name, (str, int, float)) for name in found)
    return found if is_flat else None


def _kind(method: str, *, classifies: bool) -> OutputKind | None:
    if method == "predict_proba":
        return OutputKind.PROBABILITIES
    if not classifies:
        return OutputKind.VECTORS
    return OutputKind.LOGITS if method == "decision_function" else OutputKind.LABELS

"""scikit-learn estimators from skops and pickle files."""

import pickle
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.asking import ask

from modelkin.errors import BrokenModelError, PredictionError, UnsafeModelError
from modelkin.models.estimators import EstimatorModel
from modelkin.models.opening import open_format
from modelkin.records import Access, Batch, OutputKind
from modelkin.testing.extras import needs_extra

needs_sklearn = needs_extra("sklearn", "sklearn")
needs_skops = needs_extra("skops", "sklearn")
X = np.random.default_rng(2).normal(size=(80, 4))
Y = X[:, :3].argmax(axis=1)
BATCH = Batch(ids=tuple(str(row) for row in range(80)), inputs=(X,))


class Stubborn:
    """A type of the test's own, which skops cannot trust."""

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return rows[:, 0]


class Centroids:
    """A classifier without scikit-learn."""

    n_features_in_ = 4

    def __init__(self, classes: list[Any]) -> None:
        self.classes_ = np.array(classes)

    def predict(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self.classes_[rows[:, :3].argmax(axis=1)])


def test_bare_labels_are_class_indices() -> None:
    model = EstimatorModel(Centroids(["a", "b", "c"]), "m")
    (found,) = model.predict(BATCH)
    assert found.tolist() == Y[:, None].tolist()
    assert found.dtype == np.int64
    assert model.signature.access is Access.LABEL
    assert model.signature.output is OutputKind.LABELS
    assert model.signature.labels == ("a", "b", "c")
    assert model.signature.inputs[0].shape == (None, 4)


def test_object_without_predict_is_broken() -> None:
    with pytest.raises(BrokenModelError, match="holds a dict"):
        EstimatorModel({}, "m")


def test_errors_of_the_estimator_are_prediction_errors() -> None:
    with pytest.raises(PredictionError, match="IndexError"):
        EstimatorModel(Stubborn(), "m").predict(Batch(ids=("a",), inputs=(np.zeros(1),)))


@pytest.mark.parametrize("name", ["m.pkl", "m.joblib", "no-ending"])
def test_pickles_are_refused_by_default(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(pickle.dumps({"weights": [1, 2, 3]}))
    with pytest.raises(UnsafeModelError, match="pickle file") as caught:
        open_format(str(path))
    assert "skops" in caught.value.hint
    assert "--allow-code" in caught.value.hint


@needs_sklearn
def test_an_allowed_pickle_is_opened(tmp_path: Path) -> None:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit(X, Y)
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(fitted))
    found, model = open_format(str(path), allow_code=True)
    assert found.name == "pickle"
    np.testing.assert_array_equal(model.predict(BATCH)[0], fitted.predict_proba(X))
    assert model.signature.output is OutputKind.PROBABILITIES
    assert model.signature.labels == ("0", "1", "2")


@needs_sklearn
def test_a_damaged_pickle_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(list(range(1000)))[:200])
    with pytest.raises(BrokenModelError, match="cannot be loaded as pickle"):
        open_format(str(path), allow_code=True)


@needs_skops
def test_skops_round_trip(tmp_path: Path) -> None:
    import skops.io
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    fitted = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)
    path = tmp_path / "m.skops"
    skops.io.dump(fitted, path)
    shutil.copy(path, tmp_path / "bare")
    for place in (path, tmp_path / "bare"):
        found, model = open_format(str(place))
        assert found.name == "skops"
        np.testing.assert_array_equal(model.predict(BATCH)[0], fitted.predict_proba(X))
        assert model.signature.inputs[0].shape == (None, 4)
    np.testing.assert_allclose(ask(model, X[:1])[0], fitted.predict_proba(X[:1]))


@needs_skops
def test_decision_values_are_logits_of_two_columns(tmp_path: Path) -> None:
    import skops.io
    from sklearn.svm import LinearSVC

    fitted = LinearSVC().fit(X, Y > 0)
    path = tmp_path / "m.skops"
    skops.io.dump(fitted, path)
    _, model = open_format(str(path))
    (found,) = ask(model, X)
    assert model.signature.output is OutputKind.LOGITS
    np.testing.assert_allclose(found[:, 1] - found[:, 0], fitted.decision_function(X))
    np.testing.assert_array_equal(found.argmax(axis=1), fitted.predict(X).astype(int))


@needs_skops
def test_regressors_give_vectors(tmp_path: Path) -> None:
    import skops.io
    from sklearn.linear_model import Ridge

    path = tmp_path / "m.skops"
    skops.io.dump(Ridge().fit(X, X[:, 0]), path)
    _, model = open_format(str(path))
    assert model.signature.output is OutputKind.VECTORS
    assert model.predict(BATCH)[0].shape == (80, 1)


@needs_skops
def test_untrusted_types_are_refused_by_name(tmp_path: Path) -> None:
    import skops.io

    path = tmp_path / "m.skops"
    skops.io.dump(Stubborn(), path)
    with pytest.raises(UnsafeModelError, match="Stubborn") as caught:
        open_format(str(path))
    assert "--allow-code" in caught.value.hint
    _, model = open_format(str(path), allow_code=True)
    assert model.predict(BATCH)[0].shape == (80, 1)


@needs_skops
def test_a_damaged_skops_file_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "m.skops"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(BrokenModelError, match="no readable skops archive"):
        open_format(str(path))

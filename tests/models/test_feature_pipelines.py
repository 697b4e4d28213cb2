"""Pipelines of scikit-learn that make their own features of pictures."""

import numpy as np
import pytest

from modelkin.errors import SignatureError
from modelkin.models.estimators import EstimatorModel
from modelkin.models.preprocessing import apply_override, derive_preprocessing
from modelkin.records import AnyArray, Modality
from modelkin.testing.extras import needs_extra

pytestmark = [needs_extra("sklearn", "sklearn")]


def _mean_rows(pictures: AnyArray) -> AnyArray:
    rows = np.asarray(pictures, dtype=np.float64).reshape(len(pictures), 28, -1).mean(axis=2)
    return np.asarray(rows[:, :9])


def _logs(rows: AnyArray) -> AnyArray:
    return np.log1p(np.abs(rows))


def _fitted(function: object, rows: AnyArray) -> EstimatorModel:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    labels = np.arange(len(rows)) % 2
    made = make_pipeline(FunctionTransformer(function), StandardScaler(), LogisticRegression())
    return EstimatorModel(made.fit(rows, labels), "memory")


def test_a_sklearn_pipeline_that_makes_features_of_pictures_states_no_columns() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (20, 28, 28, 1)).astype(np.float32)
    model = _fitted(_mean_rows, pictures)
    assert model.signature.inputs == ()
    assert model.signature.columns == ()
    with pytest.raises(SignatureError, match="does not say what it takes") as caught:
        derive_preprocessing(model.signature)
    assert "modelkin.json" in str(caught.value.hint)
    shape = (28, 28, 1)
    fed = derive_preprocessing(model.signature, file_shape_hint=shape)
    fed = apply_override(fed, {"shape": shape, "convention": "[0,255]"})
    assert (fed.modality, fed.shape, fed.channels) == (Modality.IMAGE, (28, 28), "GRAY")
    assert fed.tensor_shape == shape


def test_a_sklearn_pipeline_on_columns_keeps_them() -> None:
    rows = np.random.default_rng(1).normal(size=(20, 28))
    model = _fitted(_logs, rows)
    assert model.signature.inputs[0].shape == (None, 28)


def test_a_colour_shape_is_still_taken_as_colour() -> None:
    pictures = np.random.default_rng(2).integers(0, 256, (20, 28, 28, 3)).astype(np.float32)
    model = _fitted(_mean_rows, pictures)
    fed = derive_preprocessing(model.signature, file_shape_hint=(28, 28, 3))
    assert fed.channels == "RGB"
    assert fed.tensor_shape == (28, 28, 3)

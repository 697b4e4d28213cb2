"""What fitted scikit-learn estimators remember of their columns."""

from typing import Any

import numpy as np
import pytest
from tests.models.asking import ask
from tests.models.tables import NAMES, table

from modelkin.models.estimator_columns import read_columns, takes_names
from modelkin.models.estimators import EstimatorModel
from modelkin.records import ColumnSpec
from modelkin.testing.extras import needs_extra

pytestmark = needs_extra("sklearn", "sklearn")
ROWS, CLASSES = table(rows=300)
TEXTS = np.array(["red", "green", "blue", "grey", "pink"], dtype=object)


def ends(columns: tuple[ColumnSpec, ...]) -> list[tuple[float, float]]:
    found = [(column.low, column.high) for column in columns]
    return [(low, high) for low, high in found if low is not None and high is not None]


def trees() -> dict[str, Any]:
    from sklearn import ensemble, tree

    return {
        "tree": tree.DecisionTreeClassifier(max_depth=6, random_state=0),
        "forest": ensemble.RandomForestClassifier(8, random_state=0, n_jobs=1),
        "boosting": ensemble.GradientBoostingClassifier(n_estimators=5, random_state=0),
        "histograms": ensemble.HistGradientBoostingClassifier(max_iter=8, random_state=0),
        "bagging": ensemble.BaggingClassifier(max_features=0.75, random_state=0),
    }


@pytest.mark.parametrize("kind", ["tree", "forest", "boosting", "histograms", "bagging"])
def test_trees_tell_their_columns_by_thresholds(kind: str) -> None:
    found = read_columns(trees()[kind].fit(ROWS, CLASSES))
    assert len(ends(found)) == 4
    for column, values in zip(found, ROWS.T, strict=True):
        assert column.low is not None
        assert column.high is not None
        span = values.max() - values.min()
        assert values.min() - 0.3 * span < column.low < column.high < values.max() + 0.3 * span
        assert column.high - column.low > 0.3 * span


def test_scalers_tell_their_columns_by_their_statistics() -> None:
    from sklearn import preprocessing
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    mean, sd = ROWS.mean(axis=0), ROWS.std(axis=0)
    cases = {
        preprocessing.StandardScaler: (mean - 2 * sd, mean + 2 * sd),
        preprocessing.MinMaxScaler: (ROWS.min(axis=0), ROWS.max(axis=0)),
        preprocessing.MaxAbsScaler: (-2 * ROWS.max(axis=0), 2 * ROWS.max(axis=0)),
    }
    for scaler, (low, high) in cases.items():
        fitted = make_pipeline(scaler(), LogisticRegression()).fit(ROWS, CLASSES)
        np.testing.assert_allclose(ends(read_columns(fitted)), np.column_stack([low, high]))


def test_an_imputer_hands_its_columns_on() -> None:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    fitted = make_pipeline(SimpleImputer(), trees()["tree"]).fit(ROWS, CLASSES)
    assert len(ends(read_columns(fitted))) == 4


def test_unknown_estimators_tell_the_number_of_columns_alone() -> None:
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    for estimator in (LogisticRegression(), make_pipeline(PCA(2), trees()["tree"])):
        scaled = ROWS / ROWS.max(axis=0)
        fitted = estimator.fit(scaled, CLASSES > 0)
        assert read_columns(fitted) == (ColumnSpec(),) * 4
    assert read_columns(object()) == ()

    class Odd:
        n_features_in_ = 2
        categories_ = 3

    assert read_columns(Odd()) == (ColumnSpec(),) * 2


def test_encoders_tell_categories_and_get_their_texts_back() -> None:
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rows = ROWS.astype(object)
    rows[:, 2] = TEXTS[ROWS[:, 2].astype(int)]
    split = ColumnTransformer(
        [("scale", StandardScaler(), [0, 1, 3]), ("encode", OneHotEncoder(), [2])]
    )
    fitted = make_pipeline(split, LogisticRegression()).fit(rows, CLASSES)
    found = read_columns(fitted)
    assert found[2].categories == ("blue", "green", "grey", "pink", "red")
    assert len(ends(found)) == 3
    assert not takes_names(fitted)
    codes = np.array([found[2].code_of[name] for name in rows[:, 2]])
    asked = np.column_stack([ROWS[:, :2], codes, ROWS[:, 3]])
    np.testing.assert_array_equal(
        ask(EstimatorModel(fitted, "m"), asked)[0], fitted.predict_proba(rows)
    )


def test_numeric_categories_keep_their_values() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    kinds = 10 * ROWS[:, 2:3]
    fitted = make_pipeline(OrdinalEncoder(), LogisticRegression()).fit(kinds, CLASSES)
    (found,) = read_columns(fitted)
    assert found.codes == (0, 10, 20, 30, 40)


def test_columns_picked_by_name_get_a_frame() -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas: make lane-tables")
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    frame = pandas.DataFrame(ROWS, columns=NAMES)
    frame["kind"] = TEXTS[ROWS[:, 2].astype(int)]
    split = ColumnTransformer(
        [("encode", OneHotEncoder(), ["kind"]), ("scale", StandardScaler(), ["age", "ratio"])]
    )
    fitted = make_pipeline(split, LogisticRegression()).fit(frame, CLASSES)
    found = read_columns(fitted)
    assert [column.name for column in found] == NAMES
    assert [column.known for column in found] == [True, False, True, True]
    assert found[3].low == pytest.approx(ROWS[:, 3].mean() - 2 * ROWS[:, 3].std())
    codes = np.array([found[2].code_of[name] for name in frame["kind"]])
    asked = np.column_stack([ROWS[:, :2], codes, ROWS[:, 3]])
    np.testing.assert_allclose(
        ask(EstimatorModel(fitted, "m"), asked)[0], fitted.predict_proba(frame)
    )

"""Boosted trees from the files of XGBoost, LightGBM and CatBoost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.asking import ask
from tests.models.tables import NAMES, table, train_catboost, train_lightgbm, train_xgboost

from modelkin.errors import BrokenModelError, ModelkinError, SignatureError
from modelkin.models.opening import open_format
from modelkin.protocols import Model
from modelkin.records import Access, ColumnSpec, OutputKind
from modelkin.testing.extras import needs_extra

ROWS, CLASSES = table(seed=5, rows=200)
SAVED = {"xgboost": "m.json", "lightgbm": "m.txt", "catboost": "m.cbm"}
TRAIN: dict[str, Callable[..., Any]] = {
    "xgboost": train_xgboost,
    "lightgbm": train_lightgbm,
    "catboost": train_catboost,
}
EACH = pytest.mark.parametrize(
    "library", [pytest.param(name, marks=needs_extra(name, name)) for name in SAVED]
)


def saved(folder: Path, library: str, trained: Any = None, **params: Any) -> str:  # noqa: ANN401 (untyped)
    path = str(folder / SAVED[library])
    (trained or TRAIN[library](**params)).save_model(path)
    return path


def opened(folder: Path, library: str, **params: Any) -> Model:  # noqa: ANN401 (untyped)
    found, model = open_format(saved(folder, library, **params))
    assert found.name == library
    return model


def by_name(model: Model) -> dict[str, ColumnSpec]:
    return {column.name: column for column in model.signature.columns}


@EACH
def test_columns_and_classes_come_from_the_file(tmp_path: Path, library: str) -> None:
    model = opened(tmp_path, library, categories=True)
    signature = model.signature
    assert list(by_name(model)) == NAMES
    assert (signature.output, signature.access) == (OutputKind.PROBABILITIES, Access.SCORES)
    (scores,) = ask(model, ROWS)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)
    assert (scores.argmax(axis=1) == CLASSES).mean() > 0.8, "so the columns are in their order"
    kind = by_name(model)["kind"]
    assert kind.kind == "category"
    assert {"0", "1", "2", "3", "4"} <= set(kind.categories)
    assert kind.code_of["3"] == 3
    for name, low, high in (("ratio", 0, 1), ("income", 1e5, 1e6), ("age", 18, 89)):
        column = by_name(model)[name]
        assert column.low is not None
        assert column.high is not None
        # the ends that trees split at lie inside the data, and are widened by a tenth
        assert abs(column.low - low) < 0.3 * (high - low), name
        assert abs(column.high - high) < 0.3 * (high - low), name


@needs_extra("lightgbm", "lightgbm")
def test_lightgbm_tells_exact_ranges(tmp_path: Path) -> None:
    columns = by_name(opened(tmp_path, "lightgbm"))
    rows, _ = table()
    assert columns["age"].kind == "integer"
    assert columns["income"].kind == "number"
    for place, name in ((0, "ratio"), (1, "income"), (3, "age")):
        ends = rows[:, place].min(), rows[:, place].max()
        assert (columns[name].low, columns[name].high) == pytest.approx(ends)


@EACH
def test_answers_are_the_library_s_own(tmp_path: Path, library: str) -> None:
    trained = TRAIN[library]()
    _, model = open_format(saved(tmp_path, library, trained))
    if library == "xgboost":
        import xgboost

        types = ["float", "float", "c", "int"]
        asked = xgboost.DMatrix(
            ROWS, feature_names=list(NAMES), feature_types=types, enable_categorical=True
        )
        wanted = trained.predict(asked)
    else:
        wanted = trained.predict(ROWS) if library == "lightgbm" else trained.predict_proba(ROWS)
    np.testing.assert_array_equal(ask(model, ROWS)[0], wanted)


@needs_extra("catboost", "catboost")
def test_catboost_categories_are_handed_over_as_the_texts_they_were(tmp_path: Path) -> None:
    trained = train_catboost(categories=True)
    _, model = open_format(saved(tmp_path, "catboost", trained))
    asked = ROWS.astype(object)
    asked[:, 2] = ROWS[:, 2].astype(int).astype(str)
    np.testing.assert_array_equal(ask(model, ROWS)[0], trained.predict_proba(asked))
    assert by_name(model)["kind"].categories == ("0", "1", "2", "3", "4")


@needs_extra("catboost", "catboost")
def test_catboost_texts_are_refused(tmp_path: Path) -> None:
    import catboost

    rows = ROWS.astype(object)
    rows[:, 2] = np.array(["red", "green", "blue", "grey", "pink"])[ROWS[:, 2].astype(int)]
    pool = catboost.Pool(rows, CLASSES, cat_features=[2], feature_names=list(NAMES))
    quiet = {"verbose": False, "allow_writing_files": False, "thread_count": 1}
    trained = catboost.CatBoostClassifier(iterations=5, **quiet).fit(pool)
    with pytest.raises(SignatureError, match="texts in the column 'kind'") as caught:
        open_format(saved(tmp_path, "catboost", trained))
    assert "module:function" in caught.value.hint


@EACH
def test_two_classes_have_a_column_each(tmp_path: Path, library: str) -> None:
    trained: Any
    if library == "lightgbm":
        import lightgbm

        held = lightgbm.Dataset(ROWS, CLASSES > 0, params={"verbose": -1})
        quiet = {"objective": "binary", "verbose": -1, "num_threads": 1}
        trained = lightgbm.train(quiet, held, 5)
    elif library == "xgboost":
        import xgboost

        two = {"objective": "binary:logistic", "nthread": 1}
        trained = xgboost.train(two, xgboost.DMatrix(ROWS, CLASSES > 0, nthread=1), 5)
    else:
        import catboost

        calm = {"verbose": False, "allow_writing_files": False, "thread_count": 1}
        trained = catboost.CatBoostClassifier(iterations=20, **calm).fit(ROWS, CLASSES > 0)
    _, model = open_format(saved(tmp_path, library, trained))
    (scores,) = ask(model, ROWS)
    assert model.signature.output is OutputKind.PROBABILITIES
    assert scores.shape == (len(ROWS), 2)
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)
    assert ((scores[:, 1] > 0.5) == (CLASSES > 0)).mean() > 0.8


@EACH
def test_regression_gives_vectors(tmp_path: Path, library: str) -> None:
    if library == "xgboost":
        trained = train_xgboost(objective="reg:squarederror", num_class=0)
    elif library == "lightgbm":
        trained = train_lightgbm(objective="regression", num_class=1)
    else:
        import catboost

        quiet = {"verbose": False, "allow_writing_files": False, "thread_count": 1}
        trained = catboost.CatBoostRegressor(iterations=20, **quiet).fit(ROWS, CLASSES)
    _, model = open_format(saved(tmp_path, library, trained))
    (values,) = ask(model, ROWS)
    assert model.signature.output is OutputKind.VECTORS
    assert values.shape == (len(ROWS), 1)
    assert np.corrcoef(values[:, 0], CLASSES)[0, 1] > 0.8


@needs_extra("xgboost", "xgboost")
def test_xgboost_objectives_that_predict_labels_and_margins(tmp_path: Path) -> None:
    import xgboost

    softmax = opened(tmp_path, "xgboost", objective="multi:softmax")
    softprob = opened(tmp_path, "xgboost", objective="multi:softprob")
    np.testing.assert_allclose(ask(softmax, ROWS)[0], ask(softprob, ROWS)[0], atol=1e-6)
    held = xgboost.DMatrix(ROWS, CLASSES > 0, nthread=1)
    hinge = xgboost.train({"objective": "binary:hinge", "nthread": 1}, held, 5)
    _, model = open_format(saved(tmp_path, "xgboost", hinge))
    assert (model.signature.access, model.signature.output) == (Access.LABEL, OutputKind.LABELS)
    assert set(np.unique(ask(model, ROWS)[0])) == {0, 1}
    raw = xgboost.train({"objective": "binary:logitraw", "nthread": 1}, held, 5)
    _, model = open_format(saved(tmp_path, "xgboost", raw))
    assert model.signature.output is OutputKind.LOGITS
    pair = ask(model, ROWS)[0]
    np.testing.assert_allclose(pair[:, 1] - pair[:, 0], raw.predict(held), rtol=1e-6)
    assert [column.name for column in model.signature.columns] == [""] * 4


@needs_extra("xgboost", "xgboost")
def test_xgboost_names_of_categories_and_dart(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas: make lane-tables")
    import xgboost

    names = np.array(["red", "green", "blue", "grey", "pink"])[ROWS[:, 2].astype(int)]
    frame = pandas.DataFrame({"ratio": ROWS[:, 0], "kind": pandas.Categorical(names)})
    held = xgboost.DMatrix(frame, CLASSES > 0, enable_categorical=True, nthread=1)
    wanted = {"objective": "binary:logistic", "booster": "dart", "nthread": 1}
    trained = xgboost.train(wanted, held, 8)
    for ending in ("json", "ubj"):
        trained.save_model(tmp_path / f"m.{ending}")
        _, model = open_format(str(tmp_path / f"m.{ending}"))
        kind = by_name(model)["kind"]
        assert kind.categories == ("blue", "green", "grey", "pink", "red")
        assert by_name(model)["ratio"].known
        codes = np.array([kind.code_of[name] for name in names])
        (scores,) = ask(model, np.column_stack([ROWS[:, 0], codes]))
        np.testing.assert_array_equal(scores[:, 1], trained.predict(held))


@needs_extra("xgboost", "xgboost")
def test_xgboost_categories_that_it_garbles_are_known_by_number(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas: make lane-tables")
    import xgboost

    kinds = pandas.Categorical(np.array(["rot", "grün", "blau"])[CLASSES])
    held = xgboost.DMatrix(pandas.DataFrame({"kind": kinds}), CLASSES, enable_categorical=True)
    trained = xgboost.train({"nthread": 1}, held, 3)
    _, model = open_format(saved(tmp_path, "xgboost", trained))
    assert by_name(model)["kind"].categories == ("0", "1", "2")


@needs_extra("lightgbm", "lightgbm")
def test_lightgbm_names_of_categories(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas", reason="needs pandas: make lane-tables")
    import lightgbm

    names = np.array(["red", "green", "blue", "grey", "pink"])[ROWS[:, 2].astype(int)]
    frame = pandas.DataFrame({"ratio": ROWS[:, 0], "kind": pandas.Categorical(names)})
    held = lightgbm.Dataset(frame, CLASSES, params={"verbose": -1, "min_data_per_group": 10})
    trained = lightgbm.train({"verbose": -1, "num_threads": 1}, held, 8)
    _, model = open_format(saved(tmp_path, "lightgbm", trained))
    kind = by_name(model)["kind"]
    assert kind.categories == ("blue", "green", "grey", "pink", "red")
    codes = np.array([kind.code_of[name] for name in names])
    (values,) = ask(model, np.column_stack([ROWS[:, 0], codes]))
    np.testing.assert_array_equal(values[:, 0], trained.predict(frame))


@EACH
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_truncated_files_are_broken(tmp_path: Path, library: str, share: float) -> None:
    path = Path(saved(tmp_path, library))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BrokenModelError, match=r"cannot be loaded|ends before") as caught:
        open_format(str(path))
    assert "again" in caught.value.hint
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


@EACH
def test_wrong_content_under_the_ending_is_said(tmp_path: Path, library: str) -> None:
    path = tmp_path / SAVED[library]
    path.write_bytes(b'{"nothing": "of ours"}' * 20)
    with pytest.raises(ModelkinError, match="no format recognises") as caught:
        open_format(str(path))
    assert caught.value.hint
    with pytest.raises(BrokenModelError) as broken:
        open_format(str(path), format_name=library)
    assert broken.value.hint


@EACH
def test_wrong_width_is_a_prediction_error(tmp_path: Path, library: str) -> None:
    model = opened(tmp_path, library)
    with pytest.raises(ModelkinError) as caught:
        ask(model, ROWS[:, :2])
    assert "inspect" in caught.value.hint


@EACH
def test_nothing_is_printed_where_results_go(
    tmp_path: Path, library: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path, library)
    capfd.readouterr()
    ask(open_format(path)[1], ROWS)
    Path(path).write_bytes(Path(path).read_bytes()[:500])
    with pytest.raises(BrokenModelError):
        open_format(path)
    assert capfd.readouterr().out == ""


@needs_extra("lightgbm", "lightgbm")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nthreshold=", "\nthreshol="),
        ("\nsplit_feature=", "\nsplit_featu="),
        ("leaf_value=", "leaf_value=a"),
        ("num_leaves=", "num_leaves=9"),
        ("max_feature_idx=3", "max_feature_idx=2"),
    ],
)
def test_damaged_lightgbm_trees_end_neither_the_process_nor_in_output(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    path = Path(saved(tmp_path, "lightgbm"))
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    capfd.readouterr()
    with pytest.raises(BrokenModelError, match=r"m\.txt"):
        open_format(str(path))
    assert capfd.readouterr().out == ""

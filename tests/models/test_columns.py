"""Columns of tables: from a file or a user to the values that a model is asked."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.models.tiny_onnx import write_classifier

from modelkin.errors import SignatureError
from modelkin.models.column_facts import from_codes, from_thresholds, named
from modelkin.models.columns import as_given, fed_by_columns
from modelkin.models.feeding import Feeder
from modelkin.models.opened import open_model
from modelkin.models.preprocessing import apply_override, derive_preprocessing
from modelkin.models.sidecar import read_override
from modelkin.models.stated_columns import as_json, checked_columns
from modelkin.records import (
    ColumnSpec,
    Modality,
    Origin,
    Preprocessing,
    Signature,
    TensorSpec,
)

AGE = ColumnSpec(name="age", low=0, high=90, kind="integer")
INCOME = ColumnSpec(name="income", low=1e5, high=1e6)
KIND = ColumnSpec(name="kind", kind="category", categories=("a", "b", "c"), codes=(7, 0, 2))
TABLE = (AGE, INCOME, KIND)


def derived(*columns: ColumnSpec, width: int = 3, dtype: str = "float64") -> Preprocessing:
    spec = TensorSpec(name="x", shape=(None, width), dtype=dtype)
    return derive_preprocessing(Signature(inputs=(spec,), columns=columns))


def fed(found: Preprocessing, *rows: tuple[float, ...]) -> Any:  # noqa: ANN401 (any dtype)
    (made,) = Feeder(found).tensors(np.array(rows, dtype=np.float32))
    return made


def test_columns_span_their_values_from_minus_two_to_two() -> None:
    found = derived(*TABLE)
    assert (found.convention, found.origin) == ("columns from the file", Origin.FILE)
    made = fed(found, (-2, -2, -2), (0, 0, 0), (2, 2, 1.99), (0.01, 1, 2.01))
    np.testing.assert_allclose(made[:, 0], [0, 45, 90, 45])
    np.testing.assert_allclose(made[:, 1], [1e5, 5.5e5, 1e6, 7.75e5])
    assert made[:, 2].tolist() == [7, 0, 2, 7], "the last begins again with the first"


def test_categories_are_asked_about_equally_often() -> None:
    uniform = np.random.default_rng(0).uniform(-2, 2, (3000, 1)).astype(np.float32)
    wide = 3 * np.random.default_rng(0).normal(size=(3000, 1)).astype(np.float32)
    for rows in (uniform, wide):
        (made,) = Feeder(derived(KIND, width=1)).tensors(rows)
        shares = [float((made == code).mean()) for code in (7, 0, 2)]
        assert set(np.unique(made)) == {7, 0, 2}
        assert max(shares) - min(shares) < 0.08, shares


def test_both_precisions_get_the_same_values() -> None:
    rows = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    wide = Feeder(derived(*TABLE)).tensors(rows)[0]
    narrow = Feeder(derived(*TABLE, dtype="float32")).tensors(rows)[0]
    assert (wide.dtype.name, narrow.dtype.name) == ("float64", "float32")
    np.testing.assert_array_equal(wide, narrow.astype(np.float64))


def test_unknown_columns_stay_as_given() -> None:
    found = derived(ColumnSpec(name="a"), INCOME, ColumnSpec())
    assert fed(found, (1.25, 0, -3))[0].tolist() == [1.25, 5.5e5, -3]
    plain = derived(ColumnSpec(name="a"), ColumnSpec(name="b"), ColumnSpec(name="c"))
    assert (plain.convention, plain.origin) == ("as given", Origin.DEFAULT)
    assert fed(plain, (1.25, 0, -3))[0].tolist() == [1.25, 0, -3]
    assert derived(AGE).columns == (), "one column for three is no description"


def test_a_column_of_one_value_is_asked_on_both_sides_of_it() -> None:
    one = derived(from_thresholds("flag", [0.5]), from_thresholds("sum", [4e5]), width=2)
    assert fed(one, (-1, -1), (1, 1)).tolist() == [[0.0, 2e5], [1.0, 6e5]]


def test_order_takes_query_columns_by_their_place() -> None:
    found = fed_by_columns(derived(), (KIND, AGE, INCOME), order=(2, 0, 1))
    asked = fed(found, (2, -2, 0))[0]
    assert asked.tolist() == [0, 90, 1e5]
    given = as_given(found)
    assert fed(given, (5, 6, 7))[0].tolist() == [7, 5, 6]
    assert (given.convention, [column.name for column in given.columns]) == (
        "as given",
        ["kind", "age", "income"],
    )


def test_inputs_of_one_column_each_are_known_by_their_names() -> None:
    specs = tuple(TensorSpec(name=n, shape=(None, 1), dtype="float32") for n in ("b", "a"))
    found = derive_preprocessing(Signature(inputs=specs))
    assert (found.layout, [column.name for column in found.columns]) == ("COLUMNS", ["b", "a"])


def test_names_that_only_count_are_none() -> None:
    assert named(["Column_0", "f1", "2", "x4", "V5"]) == ("", "", "", "", "")
    assert named(["f1", "age"]) == ("", "age")
    assert named(["f3", "col 9"]) == ("f3", "col 9"), "they count from somewhere else"


def test_thresholds_tell_whole_numbers() -> None:
    assert from_thresholds("n", [0.5, 1.5, 62.500000000000007]).kind == "integer"
    assert from_thresholds("n", [0.5]).kind == "number", "a flag or a share"
    assert from_thresholds("n", [494474.53, 500000.5]).kind == "number"
    assert from_thresholds("n", [], whole=True) == ColumnSpec(name="n")
    assert from_thresholds("n", [np.inf, 1, 11]).low == 0
    assert from_codes("k", [2.0, 0.0, 2.0]).categories == ("0", "2")


def test_overrides_state_columns_by_name_or_in_order() -> None:
    spec = derived(*TABLE)
    stated = ({"name": "income", "low": 0, "high": 10},)
    found = apply_override(spec, {"columns": list(stated)})
    assert (found.convention, found.origin) == ("columns as stated", Origin.OVERRIDE)
    assert [column.high for column in found.columns] == [90, 10, None]
    listed = [{"low": 0, "high": 1}, {"categories": ["x", "y"]}, {"name": "n", "kind": "number"}]
    found = apply_override(derived(), {"columns": listed})
    assert fed(found, (2, 1.5, 0.5))[0].tolist() == [1, 1, 0.5]
    found = apply_override(spec, {"mean": [1.0], "std": [2.0]})
    assert (found.convention, found.origin) == ("custom", Origin.OVERRIDE)
    assert fed(found, (3, 5, 7))[0].tolist() == [1, 2, 3]


def test_columns_close_an_open_number_of_columns(tmp_path: Path) -> None:
    path = write_classifier(tmp_path / "m.onnx")
    override = tmp_path / "o.json"
    override.write_text(json.dumps({"preprocessing": {"columns": [{"low": 0, "high": 1}] * 4}}))
    opened = open_model(str(path), override=override)
    assert opened.fed.convention == "columns as stated"
    assert opened.digest != open_model(str(path)).digest
    override.write_text(json.dumps({"preprocessing": {"columns": [{"low": 0, "high": 1}] * 3}}))
    with pytest.raises(SignatureError, match="3 columns are stated for a table of 4") as caught:
        open_model(str(path), override=override)
    assert '"columns"' in caught.value.hint


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ([], "not a list of objects"),
        ("age", "not a list of objects"),
        ([3], "column 0 that is no object"),
        ([{"nam": "age"}], "unknown key 'nam'"),
        ([{"name": 3}], "not a text"),
        ([{"name": "age", "kind": "ordinal"}], "column 'age' of kind 'ordinal'"),
        ([{"name": "age", "low": 3}], "with low 3.0 and high None"),
        ([{"low": 3, "high": 2}], "column 0 with low 3.0"),
        ([{"low": True, "high": 2}], "not a finite number"),
        ([{"low": 0, "high": float("inf")}], "not a finite number"),
        ([{"categories": "ab"}], "not a list"),
        ([{"categories": ["a", "a"]}], "repeat"),
        ([{"categories": ["a", "b"], "codes": [1]}], "not one code each"),
        ([{"kind": "category"}], "with 0 categories"),
        ([{"name": "a"}, {"name": "a"}], "column 'a' twice"),
    ],
)
def test_mistakes_in_columns_name_file_and_column(
    tmp_path: Path, columns: object, told: str
) -> None:
    path = tmp_path / "o.json"
    path.write_text(json.dumps({"preprocessing": {"columns": columns}}))
    with pytest.raises(SignatureError, match=told) as caught:
        read_override(path)
    assert "o.json" in str(caught.value)
    assert caught.value.hint


def test_contradicting_columns_are_refused() -> None:
    with pytest.raises(SignatureError, match="'size' is stated") as caught:
        apply_override(derived(*TABLE), {"columns": [{"name": "size", "low": 0, "high": 1}]})
    assert "age, income, kind" in caught.value.hint
    picture = TensorSpec(name="x", shape=(None, 28, 28, 1), dtype="float32")
    image = derive_preprocessing(Signature(inputs=(picture,)))
    assert image.modality is Modality.IMAGE
    with pytest.raises(SignatureError, match="takes image queries"):
        apply_override(image, {"columns": [{"low": 0, "high": 1}]})


def test_columns_as_json_come_back() -> None:
    assert checked_columns(Path("x"), json.loads(json.dumps(as_json(TABLE)))) == TABLE

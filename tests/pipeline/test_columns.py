"""Agreeing on columns between two models, whatever opened them."""

from dataclasses import dataclass

import numpy as np
import pytest

from modelkin.errors import IncompatibleError
from modelkin.models.formats.recorded import Recorded
from modelkin.models.opened import OpenedModel
from modelkin.models.overrides import apply_override
from modelkin.models.preprocessing import derive_preprocessing
from modelkin.models.sidecar import Sidecar
from modelkin.pipeline.columns import agree_on_columns, fit_to_source
from modelkin.records import AnyArray, Batch, ColumnSpec, Modality, Pool, Signature, TensorSpec

AGE = ColumnSpec(name="age", low=0, high=90, kind="integer")
PAY = ColumnSpec(name="pay", low=0, high=1000)
RED = ColumnSpec(name="hue", kind="category", categories=("red", "green", "blue"))
BLUE = ColumnSpec(name="hue", kind="category", categories=("blue", "pink", "red"))
RNG = np.random.default_rng(0)
ROWS = RNG.uniform(-2, 2, (40, 2)).astype(np.float32)


@dataclass(frozen=True)
class Echo:
    """Answers what it is fed."""

    signature: Signature
    ids: frozenset[str] = frozenset()

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        return batch.inputs


def opened(name: str, *columns: ColumnSpec, ids: frozenset[str] = frozenset()) -> OpenedModel:
    rows = TensorSpec(name="x", shape=(None, 2), dtype="float64")
    signature = Signature(inputs=(rows,), columns=columns)
    return OpenedModel(
        location=name,
        name=name,
        format=Recorded(),
        model=Echo(signature, ids),
        file_digest=name,
        preprocessing=derive_preprocessing(signature),
        sidecar=Sidecar(),
    )


def pool(name: str = "vector-mix-v1/d2/n40/s0") -> Pool:
    return Pool(
        name=name,
        modality=Modality.VECTOR,
        shape=(2,),
        digest="0" * 64,
        parts=("all",) * 40,
        read=lambda start, stop: ROWS[start:stop],
    )


def seen(model: OpenedModel) -> np.ndarray:
    (found,) = model.answer([str(row) for row in range(len(ROWS))], ROWS)
    return np.asarray(found)


def test_a_side_without_columns_gets_the_other_s() -> None:
    for pair in ((opened("a", AGE, PAY), opened("b")), (opened("b"), opened("a", AGE, PAY))):
        source, suspect, warnings = agree_on_columns(*pair, pool())
        np.testing.assert_array_equal(seen(source), seen(suspect))
        assert seen(source)[:, 1].max() > 800
        assert warnings == ()


def test_the_source_s_values_win_and_gaps_are_filled() -> None:
    wide = ColumnSpec(name="age", low=0, high=1e6)
    source, suspect, _ = agree_on_columns(
        opened("a", AGE, ColumnSpec(name="pay")), opened("b", wide, PAY), pool()
    )
    np.testing.assert_array_equal(seen(source), seen(suspect))
    assert seen(source).max(axis=0).round(-2).tolist() == [100, 1000]
    assert suspect.fed.convention == "columns of the source"


def test_a_statement_about_the_suspect_wins() -> None:
    suspect = opened("b", AGE, PAY)
    stated = apply_override(suspect.fed, {"columns": [{"name": "pay", "low": 5, "high": 6}]})
    suspect = OpenedModel(**{**vars(suspect), "preprocessing": stated})
    source, suspect, _ = agree_on_columns(opened("a", AGE, PAY), suspect, pool())
    np.testing.assert_array_equal(seen(source), seen(suspect))
    assert 5 <= seen(source)[:, 1].min() < seen(source)[:, 1].max() <= 6


def test_categories_are_asked_by_name_with_each_side_s_own_code() -> None:
    source, suspect, _ = agree_on_columns(opened("a", AGE, RED), opened("b", AGE, BLUE), pool())
    named = [
        [model.fed.columns[1].categories[held] for held in _codes(model)]
        for model in (source, suspect)
    ]
    assert named[0] == named[1]
    assert set(named[0]) == {"red", "blue"}, "only those that both know"
    assert set(seen(source)[:, 1]) == {0, 2}
    assert set(seen(suspect)[:, 1]) == {0, 2}
    assert seen(source)[:, 1].tolist() == (2 - seen(suspect)[:, 1]).tolist()


def _codes(model: OpenedModel) -> list[int]:
    codes = list(model.fed.columns[1].codes)
    return [codes.index(value) for value in seen(model)[:, 1]]


def test_nothing_in_common_is_refused() -> None:
    other = ColumnSpec(name="hue", kind="category", categories=("7", "8"))
    with pytest.raises(IncompatibleError, match="categories of column 'hue' differ") as caught:
        agree_on_columns(opened("a", AGE, RED), opened("b", AGE, other), pool())
    assert '"codes"' in caught.value.hint
    with pytest.raises(IncompatibleError, match="'a' alone has 'age'; 'b' alone has 'hue'"):
        agree_on_columns(opened("a", AGE, PAY), opened("b", RED, PAY), pool())


def test_order_is_matched_by_name_for_references_too() -> None:
    source, suspect, warnings = agree_on_columns(
        opened("a", AGE, PAY), opened("b", PAY, AGE), pool()
    )
    np.testing.assert_array_equal(seen(source), seen(suspect)[:, ::-1])
    assert "matched by name" in warnings[0]
    reference = fit_to_source(opened("c", PAY, AGE), source)
    np.testing.assert_array_equal(seen(source), seen(reference)[:, ::-1])
    plain = fit_to_source(opened("d"), source)
    np.testing.assert_array_equal(seen(source), seen(plain))


def test_references_that_cannot_be_asked_the_same_are_refused() -> None:
    source, _, _ = agree_on_columns(opened("a", AGE, RED), opened("b"), pool())
    with pytest.raises(IncompatibleError, match="'c' does not know 'green'"):
        fit_to_source(opened("c", AGE, BLUE), source)
    with pytest.raises(IncompatibleError, match="other values than 'a' is asked"):
        fit_to_source(opened("r", ids=frozenset("q")), source)


def test_recorded_answers_decide_what_the_other_side_is_asked() -> None:
    kept = opened("r", AGE, PAY, ids=frozenset("q"))
    source, recorded, warnings = agree_on_columns(opened("a"), kept, pool())
    assert source.fed.convention == "columns of the suspect"
    assert warnings == ()
    bare = opened("r", ids=frozenset("q"))
    _, suspect, warnings = agree_on_columns(bare, opened("a", AGE, PAY), pool())
    np.testing.assert_array_equal(seen(suspect), ROWS)
    assert "'r' does not say which columns" in warnings[0]
    assert recorded.fed.columns == (AGE, PAY)


def test_real_rows_are_asked_as_they_are() -> None:
    source, suspect, _ = agree_on_columns(
        opened("a", AGE, PAY), opened("b", PAY, AGE), pool("table:rows.csv@0123")
    )
    np.testing.assert_array_equal(seen(source), ROWS)
    np.testing.assert_array_equal(seen(suspect), ROWS[:, ::-1])
    assert source.fed.convention == "as given"


def test_stated_mean_and_deviation_stay() -> None:
    suspect = opened("b")
    stated = apply_override(suspect.fed, {"mean": [0.0], "std": [0.5]})
    suspect = OpenedModel(**{**vars(suspect), "preprocessing": stated})
    _, kept, _ = agree_on_columns(opened("a", AGE, PAY), suspect, pool())
    np.testing.assert_allclose(seen(kept), 2 * ROWS)

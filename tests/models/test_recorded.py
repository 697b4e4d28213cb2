"""Recorded answers: round trips, look-ups, and what malformed tables say."""

from pathlib import Path

import numpy as np
import pytest

from modelkin.errors import BrokenModelError, UsageError
from modelkin.models.opening import open_format
from modelkin.models.recorded_table import read_recorded, write_recorded
from modelkin.records import Access, Batch, OutputKind

SUFFIXES = (".csv", ".parquet", ".npz")
IDS = ("p-000000", 'with "quotes", commas', "p-000002")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scores_round_trip_exactly(tmp_path: Path, suffix: str, dtype: str) -> None:
    values = np.random.default_rng(0).normal(size=(3, 2)).astype(dtype)
    values[1] = [np.nan, np.inf]
    path = tmp_path / f"m{suffix}"
    write_recorded(path, IDS, values, kind=OutputKind.LOGITS, labels=("cat", "dog: big"))
    found = read_recorded(path)
    assert found.ids == IDS
    assert found.kind is OutputKind.LOGITS
    assert found.labels == ("cat", "dog: big")
    np.testing.assert_array_equal(found.values.astype(dtype), values)
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_labels_round_trip_and_hide_scores(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"m{suffix}"
    write_recorded(path, IDS, np.array([[2], [0], [1]]), kind=OutputKind.LABELS)
    found, model = open_format(str(path))
    assert found.name == "recorded"
    assert model.signature.access is Access.LABEL
    (answers,) = model.predict(Batch(ids=IDS, inputs=()))
    assert answers.tolist() == [[2], [0], [1]]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_unknown_ids_give_rows_of_nan(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"m{suffix}"
    write_recorded(path, IDS, np.eye(3), kind=None)
    _, model = open_format(str(path))
    (answers,) = model.predict(Batch(ids=("p-000002", "other", "p-000000"), inputs=()))
    np.testing.assert_array_equal(answers, [[0, 0, 1], [np.nan] * 3, [1, 0, 0]])
    assert getattr(model, "ids", None) == frozenset(IDS)
    assert model.signature.output is None
    assert model.signature.inputs == ()


def test_text_labels_are_numbered_in_sorted_order(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("id,label\na,owl\nb,cat\nc,owl\n")
    found = read_recorded(path)
    assert found.values.tolist() == [1, 0, 1]
    assert found.labels == ("cat", "owl")


def test_scores_win_over_labels_and_plain_names_work(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("id,label,score:cat,score:dog\na,cat,0.75,0.25\n")
    assert read_recorded(path).values.tolist() == [[0.75, 0.25]]
    path.write_text("id,x,y\na,1,\n")
    found = read_recorded(path)
    assert found.labels == ("x", "y")
    np.testing.assert_array_equal(found.values, [[1, np.nan]])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name,label\na,1\n", "no column 'id'"),
        ("id\na\n", "no column of answers"),
        ("id,label\na,1\na,2\n", "id 'a' more than once"),
        ("id,label\na,1,2\n", "3 cells in row 2"),
        ("id,label\na,\n", "without a label"),
        ("id,score:x\na,high\n", "something else than numbers in column 'score:x'"),
        ("id,score:x,logits:x\na,1,2\n", "several kinds"),
        ("\n", "is empty"),
    ],
)
def test_malformed_tables_say_what_is_wrong(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(content)
    with pytest.raises(BrokenModelError, match=message) as caught:
        open_format(str(path))
    assert "'id'" in caught.value.hint


def test_npz_names_the_missing_array_and_refuses_pickle(tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    np.savez(path, scores=np.eye(2))
    with pytest.raises(BrokenModelError, match="lacks the array 'ids'"):
        open_format(str(path))
    np.savez(path, ids=np.array([{"a": 1}, None], dtype=object), scores=np.eye(2))
    with pytest.raises(BrokenModelError, match="cannot be read as npz"):
        open_format(str(path))


@pytest.mark.parametrize("suffix", [".parquet", ".npz"])
@pytest.mark.filterwarnings("ignore")
def test_truncated_tables_are_broken(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"m{suffix}"
    write_recorded(path, IDS, np.eye(3), kind=None)
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(BrokenModelError, match="cannot be read"):
        open_format(str(path))


def test_writing_refuses_what_cannot_be_read_back(tmp_path: Path) -> None:
    for path, ids in ((tmp_path / "m.txt", IDS), (tmp_path / "m.csv", IDS[:2])):
        with pytest.raises(UsageError) as caught:
            write_recorded(path, ids, np.eye(3), kind=None)
        assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_class_names_that_do_not_fit_lose_no_answers(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"m{suffix}"
    for labels in (("a", "a", "b"), ("a", "b")):
        write_recorded(path, IDS, np.eye(3), kind=OutputKind.VECTORS, labels=labels)
        np.testing.assert_array_equal(read_recorded(path).values, np.eye(3))

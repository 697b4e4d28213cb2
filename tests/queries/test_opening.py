"""Pools from what a user names: recipes, folders, tables and arrays."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from modelkin.errors import PoolError
from modelkin.queries import opening
from modelkin.queries.folders import resize
from modelkin.queries.tables import read_table
from modelkin.records import Modality, Pool

Open = Callable[..., Pool]


@pytest.fixture
def images(tmp_path: Path) -> Open:
    return partial(
        opening.open_pool,
        modality=Modality.IMAGE,
        shape=(6, 4, 3),
        n=None,
        seed=0,
        cache=tmp_path / "cache",
    )


@pytest.fixture
def vectors(tmp_path: Path) -> Open:
    return partial(
        opening.open_pool,
        modality=Modality.VECTOR,
        shape=(2,),
        n=None,
        seed=0,
        cache=tmp_path / "cache",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "photos"
    (root / "cats" / "old").mkdir(parents=True)
    for place, name in enumerate(["b.png", "a.BMP", "cats/c.webp", "cats/old/d.png"]):
        pixels = np.full((12, 8, 3), 40 * place, dtype=np.uint8)
        Image.fromarray(pixels).save(root / name, lossless=True)
    (root / "notes.txt").write_text("no picture", encoding="utf-8")
    (root / ".hidden.png").write_bytes(b"no picture")
    return root


def rows(pool: Pool) -> Any:  # noqa: ANN401 - compared with lists
    return pool.read(0, len(pool))


def levels(pool: Pool) -> list[int]:
    return [int(picture[0, 0, 0]) for picture in rows(pool)]


def csv_file(tmp_path: Path, text: str) -> str:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


# --- procedural ---------------------------------------------------------------------------


def test_open_fields_are_filled(images: Open) -> None:
    assert images("image-mix-v1", n=3, seed=5).name == "image-mix-v1/6x4/n3/s5"
    assert images("image_mix_v1", n=3).name == "image-mix-v1/6x4/n3/s0"
    assert images("image-mix-v1/9x9", n=3).shape == (9, 9, 3)
    assert images("image-mix-v1", shape=(5, 7), n=1).shape == (5, 7, 3)


def test_a_full_name_wins(images: Open) -> None:
    name = "image-mix-v1/8x8/n4/s2"
    assert images(name, n=99, seed=9).name == name
    assert images(name, shape=None).name == name


def test_five_hundred_is_the_default(vectors: Open) -> None:
    assert len(vectors("vector-mix-v1")) == 500


def test_another_modality_is_refused(images: Open, vectors: Open) -> None:
    with pytest.raises(PoolError, match="holds vector queries and the models take image") as caught:
        images("vector-mix-v1")
    assert "image-mix-v1/" in caught.value.hint
    with pytest.raises(PoolError, match="take vector"):
        vectors("latent-normal-v1")


def test_a_name_without_shape_needs_one(images: Open) -> None:
    with pytest.raises(PoolError, match="leaves open"):
        images("image-mix-v1", shape=None, n=2)


def test_a_malformed_recipe_name_is_refused(images: Open) -> None:
    with pytest.raises(PoolError, match="is no pool name"):
        images("image-mix-v1/28by28")


# --- folders ------------------------------------------------------------------------------


def test_folder_is_sorted_and_parted_by_sub_folder(images: Open, folder: Path) -> None:
    told: list[int] = []
    pool = images(str(folder), progress=told.append)
    assert levels(pool) == [40, 0, 80, 120]
    assert pool.parts == ("folder", "folder", "cats", "cats/old")
    assert pool.shape == (6, 4, 3)
    assert pool.name == f"folder:photos@{pool.digest[:12]}"
    assert sum(told) == 4


def test_folder_without_shape_takes_that_of_the_first(images: Open, folder: Path) -> None:
    assert images(str(folder), shape=None).shape == (12, 8, 3)


def test_folder_sample_is_seeded_and_without_replacement(images: Open, folder: Path) -> None:
    picked = [tuple(levels(images(str(folder), n=2, seed=seed))) for seed in range(20)]
    assert picked[0] == tuple(levels(images(str(folder), n=2, seed=0)))
    assert len(set(picked)) > 2
    assert all(len(set(pair)) == 2 for pair in picked)
    assert len(images(str(folder), n=9)) == 4


def test_digest_tells_the_content_and_the_size(images: Open, folder: Path) -> None:
    first = images(str(folder)).digest
    assert images(str(folder)).digest == first
    assert images(str(folder), shape=(4, 6, 3)).digest != first
    Image.new("RGB", (8, 12), "red").save(folder / "b.png")
    assert images(str(folder)).digest != first


def test_broken_picture_is_named(images: Open, folder: Path) -> None:
    (folder / "bad.jpg").write_bytes(b"\xff\xd8 not really")
    with pytest.raises(PoolError, match=r"bad\.jpg' cannot be decoded"):
        images(str(folder))


def test_gigantic_picture_is_refused(
    images: Open, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60)
    with pytest.raises(PoolError, match="cannot be decoded"):
        images(str(folder))


def test_folder_without_pictures_is_refused(images: Open, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PoolError, match="holds no pictures"):
        images(str(tmp_path / "empty"))


def test_folder_for_rows_is_refused(vectors: Open, folder: Path) -> None:
    with pytest.raises(PoolError, match="is a folder"):
        vectors(str(folder))


def test_resizing_averages_or_interpolates() -> None:
    checker = np.zeros((4, 4, 3), dtype=np.uint8)
    checker[::2, ::2] = checker[1::2, 1::2] = 200
    assert (resize(checker, (2, 2, 3)) == 100).all()
    assert resize(checker, (4, 4, 3)) is checker
    assert resize(checker, (9, 5, 3)).shape == (9, 5, 3)


# --- tables -------------------------------------------------------------------------------


def test_csv_rows_are_read_and_ids_left_out(vectors: Open, tmp_path: Path) -> None:
    pool = vectors(csv_file(tmp_path, "\ufeffid,a,b\nx,1,2.5\n\ny,-3,1e3\n"))
    assert rows(pool).tolist() == [[1, 2.5], [-3, 1000]]
    assert rows(pool).dtype == np.float32
    assert pool.parts == ("table", "table")
    assert pool.name == f"table:table.csv@{pool.digest[:12]}"


def test_table_without_shape_takes_all_columns(vectors: Open, tmp_path: Path) -> None:
    assert vectors(csv_file(tmp_path, "a,b,c\n1,2,3\n"), shape=None).shape == (3,)


def test_table_serves_latents_and_samples(vectors: Open, tmp_path: Path) -> None:
    text = "a,b\n" + "".join(f"{row},0\n" for row in range(50))
    pool = vectors(csv_file(tmp_path, text), modality=Modality.LATENT, n=10)
    assert pool.modality is Modality.LATENT
    assert len({float(row[0]) for row in rows(pool)}) == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,red\n", "column 'b' .* is not numeric: row 1 says 'red'"),
        ("a,b\n1,2\n1,\n", "column 'b' .* row 2"),
        ("a,b\nnan,2\n", "column 'a' .* row 1"),
        ("a,b\ninf,2\n", "column 'a' .* row 1"),
        ("a,b\n1\n", "row 1 has 1 cells instead of 2"),
        ("1,2\n3,4\n", "holds no column names"),
        ("", "holds no column names"),
        ("a,a\n1,2\n", "column 'a' appears twice"),
        ("id\n1\n", "no columns to ask with"),
        ("a,b\n", "would hold nothing"),
        ("a,b\n1,1e300\n", "32-bit"),
        ("a,b,c\n1,2,3\n", "has 3 columns and the models take 2"),
        ("a,b\n" + "1" * 200_000 + ",2\n", "field larger"),
    ],
)
def test_bad_tables_are_refused(text: str, message: str, vectors: Open, tmp_path: Path) -> None:
    with pytest.raises(PoolError, match=message) as caught:
        vectors(csv_file(tmp_path, text))
    assert caught.value.hint


def test_table_for_pictures_is_refused(images: Open, tmp_path: Path) -> None:
    with pytest.raises(PoolError, match="is a table"):
        images(csv_file(tmp_path, "a\n1\n"))


def parquet_file(tmp_path: Path, **columns: list[Any]) -> str:
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet

    kinds = {int: DataType.int64(), float: DataType.float64(), str: DataType.utf8()}
    arrays = {name: Array(data, kinds[type(data[0])]) for name, data in columns.items()}
    path = tmp_path / "table.parquet"
    write_parquet(Table.from_pydict(arrays), str(path))
    return str(path)


def test_parquet_rows_are_read(vectors: Open, tmp_path: Path) -> None:
    pool = vectors(parquet_file(tmp_path, id=["x", "y"], a=[1, 2], b=[0.5, -0.25]))
    assert rows(pool).tolist() == [[1, 0.5], [2, -0.25]]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"a": [1, 2], "b": ["x", "y"]}, "column 'b' .* is not numeric: its type is Utf8"),
        ({"a": [1, None], "b": [1, 2]}, "column 'a' .* has 1 missing"),
        ({"a": [1.0, float("nan")], "b": [1, 2]}, "column 'a' .* row 2"),
    ],
)
def test_bad_parquet_columns_are_named(
    columns: dict[str, list[Any]], message: str, vectors: Open, tmp_path: Path
) -> None:
    with pytest.raises(PoolError, match=message):
        vectors(parquet_file(tmp_path, **columns))


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"PAR1 and then nothing PAR1"])
def test_files_that_are_no_parquet_are_refused(
    content: bytes, vectors: Open, tmp_path: Path
) -> None:
    path = tmp_path / "bad.parquet"
    path.write_bytes(content)
    with pytest.raises(PoolError, match="cannot be read"):
        vectors(str(path))


def test_parquet_that_vanishes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PoolError, match="cannot be read"):
        read_table(tmp_path / "gone.parquet")


def test_interrupting_a_parquet_read_is_no_error_of_the_file(
    vectors: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet_file(tmp_path, a=[1], b=[2])
    monkeypatch.setattr("arro3.io.read_parquet", mock.Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        vectors(path)


def test_unreadable_tables_are_refused(vectors: Open, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("größe,b\n1,2\n".encode("latin-1"))
    with pytest.raises(PoolError, match="cannot be read"):
        vectors(str(path))


# --- arrays -------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(3, 6, 4, 3), (3, 6, 4, 1), (3, 6, 4)])
def test_pictures_of_every_layout(shape: tuple[int, ...], images: Open, tmp_path: Path) -> None:
    path = tmp_path / "pictures.npy"
    np.save(path, np.full(shape, 0.2))
    as_floats = images(str(path))
    np.save(path, np.full(shape, 51, dtype=np.uint8))
    as_bytes = images(str(path))
    assert (rows(as_floats) == 51).all()
    assert as_floats.digest == as_bytes.digest
    assert as_floats.shape == (6, 4, 3)


def test_pictures_of_another_size_are_resized(images: Open, tmp_path: Path) -> None:
    path = tmp_path / "pictures.npz"
    np.savez(path, queries=np.full((3, 20, 20), 9, dtype=np.uint8), ids=np.array(["a", "b", "c"]))
    assert images(str(path)).shape == (6, 4, 3)
    assert images(str(path), shape=None).shape == (20, 20, 3)


def test_rows_of_an_array(vectors: Open, tmp_path: Path) -> None:
    path = tmp_path / "rows.npz"
    np.savez_compressed(path, np.array([[1, 2], [3, 4]]))
    assert rows(vectors(str(path))).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((2, 6, 4, 2), dtype=np.uint8), "is no pictures"),
        (np.zeros((2, 6)), "is no pictures"),
        (np.full((2, 6, 4), 1.5), "neither uint8 nor in"),
        (np.full((2, 6, 4), 7), "neither uint8 nor in"),
        (np.full((2, 6, 4), np.nan), "not finite"),
        (np.full((2, 6, 4), "x"), "not numbers"),
        (np.zeros((0, 6, 4), dtype=np.uint8), "would hold nothing"),
    ],
)
def test_bad_pictures_are_refused(
    values: np.ndarray[Any, Any], message: str, images: Open, tmp_path: Path
) -> None:
    path = tmp_path / "bad.npy"
    np.save(path, values)
    with pytest.raises(PoolError, match=message) as caught:
        images(str(path))
    assert caught.value.hint


def test_bad_rows_are_refused(vectors: Open, tmp_path: Path) -> None:
    path = tmp_path / "bad.npy"
    np.save(path, np.zeros((2, 2, 2)))
    with pytest.raises(PoolError, match="is no table"):
        vectors(str(path))


def test_several_arrays_are_refused(vectors: Open, tmp_path: Path) -> None:
    path = tmp_path / "two.npz"
    np.savez(path, a=np.zeros((2, 2)), b=np.zeros((2, 2)))
    with pytest.raises(PoolError, match="holds 2 arrays: a, b"):
        vectors(str(path))


@pytest.mark.parametrize("name", ["pickle.npy", "pickle.npz", "text.npz", "empty.npy"])
def test_pickles_and_damaged_arrays_are_refused(name: str, vectors: Open, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "pickle.npy":
        np.save(path, np.array([{}, None]), allow_pickle=True)
    elif name == "pickle.npz":
        np.savez(path, np.array([{}, None]))
    else:
        path.write_bytes(b"PK\x03\x04 broken" if name == "text.npz" else b"")
    with pytest.raises(PoolError, match="cannot be read"):
        vectors(str(path))


# --- nothing of the sort ------------------------------------------------------------------


def test_missing_paths_name_what_is_close(images: Open, folder: Path) -> None:
    with pytest.raises(PoolError, match="there is no pool, file or folder") as caught:
        images(str(folder.parent / "photo"))
    assert "photos" in caught.value.hint
    with pytest.raises(PoolError) as caught:
        images("image-mixv1")
    assert "image-mix-v1" in caught.value.hint
    with pytest.raises(PoolError) as caught:
        images("/nowhere/zzzz")
    assert "give a path" in caught.value.hint


def test_other_files_are_refused(images: Open, folder: Path) -> None:
    with pytest.raises(PoolError, match="neither a folder nor a table"):
        images(str(folder / "notes.txt"))


@pytest.mark.parametrize("spec", ["image-mix-v1", "photos"])
def test_no_queries_are_refused(spec: str, images: Open, folder: Path) -> None:
    with pytest.raises(PoolError, match="0 queries of"):
        images(str(folder) if spec == "photos" else spec, n=0)

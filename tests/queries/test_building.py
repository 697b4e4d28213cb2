"""Procedural pools: the same bytes everywhere, kept whole in the cache."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from modelkin.errors import PoolError
from modelkin.protocols import Portion
from modelkin.queries import building, cache
from modelkin.queries.building import PoolName, build_pool, load_recipe, parse_pool_name
from modelkin.queries.generators.normal_rows import NormalRows
from modelkin.queries.pools.vector_mix_v1 import VectorMixV1
from modelkin.records import AnyArray, Modality, Pool

# Published: a released recipe never changes. If one of these fails, the bytes changed: make a
# new version of the recipe instead of new digests.
DIGESTS = {
    "image-mix-v1/16x16/n64/s0": (
        "dad62b1bc9a7f8303ce9a7a79f17390f3bb789061524f661ce3f75f6eaefc93e"
    ),
    "image-mix-v1/9x21/n40/s3": (
        "25a513a542f469a3815cfcf3f2cac49919100209e5a2f728af89e38b35617a6d"
    ),
    "vector-mix-v1/d7/n64/s0": ("831b75c7e9cb795f9c6444032eb18ec7d76c148abc39622070c92be32b1500da"),
    "token-mix-v1/d7/n64/s0": ("9bd935fcd8082fd179fd7e6b8b7d178386cba328c137b24d4214a26107e0ad12"),
    "graded-noise-v1/16x16/n102/s0": (
        "c0bbf87e97a55552279532b27672e030dfd7e174cf1b543172ab7122d5353578"
    ),
    "graded-noise-v1/9x21/n51/s3": (
        "465a6f6142347f7dd186df03955dc165711b6fd8eb41ab6de34f7ee07a17410e"
    ),
    "latent-normal-v1/d16/n64/s0": (
        "7838f481bb485dc34730dea6d3b084a8ff68217f957798baf1784f4a515ab03b"
    ),
}
SMALL = "image-mix-v1/8x8/n30/s0"


def build(text: str, folder: Path, progress: Callable[[int], None] | None = None) -> Pool:
    return build_pool(parse_pool_name(text), cache=folder, progress=progress)


def rows(pool: Pool) -> AnyArray:
    return pool.read(0, len(pool))


@pytest.mark.parametrize("text", DIGESTS)
def test_published_digests_hold(text: str, tmp_path: Path) -> None:
    assert build(text, tmp_path).digest == DIGESTS[text]


def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from modelkin.queries.building import build_pool, parse_pool_name\n"
        "for text in sys.argv[2:]:\n"
        "    print(build_pool(parse_pool_name(text), cache=pathlib.Path(sys.argv[1])).digest)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), *DIGESTS],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "12345"},
    )
    assert done.stdout.split() == list(DIGESTS.values())


def test_pool_says_what_it_is(tmp_path: Path) -> None:
    pool = build(SMALL, tmp_path)
    assert (pool.name, pool.modality, pool.shape, len(pool)) == (
        SMALL,
        Modality.IMAGE,
        (8, 8, 3),
        30,
    )
    assert rows(pool).shape == (30, 8, 8, 3)
    assert len(set(pool.ids)) == 30


@pytest.mark.parametrize("text", ["image-mix-v1/8x8", "vector-mix-v1/d5"])
def test_longer_pools_begin_with_shorter_ones(text: str, tmp_path: Path) -> None:
    long, short = build(f"{text}/n61/s2", tmp_path), build(f"{text}/n17/s2", tmp_path)
    assert np.array_equal(long.read(0, 17), rows(short))
    assert long.parts[:17] == short.parts
    assert long.digest != short.digest


def test_seed_and_shape_change_the_queries(tmp_path: Path) -> None:
    texts = ["vector-mix-v1/d6/n9/s0", "vector-mix-v1/d6/n9/s1", "vector-mix-v1/d5/n9/s0"]
    first = [float(rows(build(text, tmp_path))[0, 0]) for text in texts]
    assert len(set(first)) == 3


def test_pieces_equal_the_whole_and_read_like_slices(tmp_path: Path) -> None:
    pool = build("vector-mix-v1/d5/n23/s0", tmp_path)
    whole = rows(pool)
    pieces = [pool.read(start, start + 4) for start in range(0, 23, 4)]
    assert np.array_equal(np.concatenate(pieces), whole)
    assert np.array_equal(pool.read(20, 99), whole[20:])
    assert np.array_equal(pool.read(-3, 23), whole[-3:])
    assert pool.read(9, 2).shape == (0, 5)
    assert pool.read(30, 40).shape == (0, 5)


def test_twins_are_neighbours(tmp_path: Path) -> None:
    pool = build("image-mix-v1/8x8/n101/s0", tmp_path)
    pairs = [row for row in range(0, 100, 2) if pool.parts[row] == "twins"]
    assert pairs
    for row in pairs:
        first, second = pool.read(row, row + 2).astype(np.int64)
        assert np.abs(first - second).max() == 15


def test_progress_counts_every_query_once(tmp_path: Path) -> None:
    told: list[int] = []
    build("image-mix-v1/8x8/n25/s0", tmp_path, told.append)
    assert sum(told) == 25
    told.clear()
    build("image-mix-v1/8x8/n25/s0", tmp_path, told.append)
    assert told == []


def files(folder: Path) -> tuple[Path, Path]:
    found = sorted((folder / "pools").iterdir())
    assert [path.suffix for path in found] == [".bin", ".json"]
    return found[0], found[1]


def truncate(data: Path, about: Path) -> None:
    del about
    data.write_bytes(data.read_bytes()[:-1])


def flip(data: Path, about: Path) -> None:
    del about
    content = bytearray(data.read_bytes())
    content[100] ^= 1
    data.write_bytes(content)


def lose_rows(data: Path, about: Path) -> None:
    del about
    data.unlink()


def spoil_json(data: Path, about: Path) -> None:
    del data
    about.write_text("[1, 2", encoding="utf-8")


def other_json(data: Path, about: Path) -> None:
    del data
    about.write_text("[1, 2]", encoding="utf-8")


def other_parts(data: Path, about: Path) -> None:
    del data
    facts = json.loads(about.read_text(encoding="utf-8"))
    facts["parts"][0] = "something"
    about.write_text(json.dumps(facts), encoding="utf-8")


@pytest.mark.parametrize("damage", [truncate, flip, lose_rows, spoil_json, other_json, other_parts])
def test_damage_is_noticed_and_repaired(
    damage: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    whole = rows(build(SMALL, tmp_path))
    damage(*files(tmp_path))
    told: list[int] = []
    again = build(SMALL, tmp_path, told.append)
    assert sum(told) == 30
    assert np.array_equal(rows(again), whole)
    files(tmp_path)


def test_rows_lost_while_in_use_are_an_error(tmp_path: Path) -> None:
    pool = build(SMALL, tmp_path)
    data, about = files(tmp_path)
    truncate(data, about)
    with pytest.raises(PoolError, match="cut short"):
        pool.read(29, 30)
    data.unlink()
    with pytest.raises(PoolError, match="cannot be read"):
        pool.read(0, 1)


def test_a_cache_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(PoolError, match="cannot write a pool") as caught:
        build(SMALL, blocked)
    assert "cache" in caught.value.hint


def test_interrupted_builds_leave_nothing(tmp_path: Path) -> None:
    def stop(made: int) -> None:
        del made
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(SMALL, tmp_path, stop)
    assert list((tmp_path / "pools").iterdir()) == []


def test_missing_rows_are_never_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="1 of 2 rows are missing"):
        cache.write_pool(
            [np.zeros((1, 3), dtype=np.float32)],
            naming=lambda digest: digest,
            modality=Modality.VECTOR,
            shape=(3,),
            parts=("a", "b"),
            cache=tmp_path,
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("image-mix-v1/8x8/n5", "leaves open"),
        ("image-mix-v1/n5/s0", "leaves open"),
        ("image-mix-v1/d8/n5/s0", "does not fit"),
        ("vector-mix-v1/8x8/n5/s0", "does not fit"),
        ("image-mix-v1/8x8/n0/s0", "would hold nothing"),
        ("image-mix-v1/0x8/n5/s0", "would hold nothing"),
        ("image-mix-v1/224x224/n100000/s0", "GiB"),
    ],
)
def test_impossible_pools_are_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(PoolError, match=message) as caught:
        build(text, tmp_path)
    assert caught.value.hint
    assert not (tmp_path / "pools").exists()


class Wrong(NormalRows):
    """A generator that breaks its promise."""

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        return np.asarray(super().draw(rng, shape), dtype=np.float64)


class WrongMix(VectorMixV1):
    """A mixture of it."""

    def mixture(self) -> tuple[Portion, ...]:
        return (Portion("wrong", Wrong(), 1),)


def test_generators_that_break_their_promise_are_named(tmp_path: Path) -> None:
    with (
        mock.patch.object(building, "load_recipe", return_value=WrongMix()),
        pytest.raises(PoolError, match=r"part 'wrong'.*made float64"),
    ):
        build("vector-mix-v1/d3/n2/s0", tmp_path)


def test_global_random_state_is_untouched(tmp_path: Path) -> None:
    before = np.random.get_state(legacy=False)  # noqa: NPY002 - the state nobody may touch
    build(SMALL, tmp_path)
    after = np.random.get_state(legacy=False)  # noqa: NPY002 - likewise
    assert str(before) == str(after)


def test_recipes_load_by_name() -> None:
    assert isinstance(load_recipe("vector-mix-v1"), VectorMixV1)
    assert PoolName(recipe="vector-mix-v1").text == "vector-mix-v1"

"""Recording models: each once, all asked the same, whatever happens to some of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import modelkin
from modelkin.errors import (
    IncompatibleError,
    ModelkinError,
    ModelNotFoundError,
    PoolError,
    PredictionError,
    UsageError,
)
from modelkin.records import Access, OutputKind

HONEST = Path("examples/models/fashion/honest").resolve()
MNIST = Path("examples/models/mnist").resolve()


@pytest.fixture
def zoo(tmp_path: Path, functions: str) -> modelkin.Zoo:
    del functions
    return modelkin.Zoo(tmp_path / "zoo")


def names(zoo: modelkin.Zoo) -> list[str]:
    return [member.name for member in zoo.members]


def calls(functions: str) -> int:
    return sum(sys.modules[functions].calls)


def test_a_second_adding_asks_nothing(zoo: modelkin.Zoo, functions: str) -> None:
    models = [f"{functions}:first", f"{functions}:second"]
    first = zoo.add(models, queries=40)
    assert (len(first.recorded), first.asked, calls(functions)) == (2, 80, 80)
    again = zoo.add(models)
    assert (again.recorded, len(again.known), again.asked) == ((), 2, 0)
    assert calls(functions) == 80


def test_nothing_is_asked_again_when_the_cache_is_gone(
    zoo: modelkin.Zoo, functions: str, tmp_path: Path
) -> None:
    zoo.add(f"{functions}:first", queries=40)
    shutil.rmtree(tmp_path / "cache" / "answers")
    assert len(zoo.add(f"{functions}:first").known) == 1
    assert calls(functions) == 40
    assert zoo.add(f"{functions}:first", fresh=True).asked == 40


def test_all_models_of_one_kind_are_asked_one_pool(zoo: modelkin.Zoo, functions: str) -> None:
    zoo.add([f"{functions}:large_picture", f"{functions}:picture"], queries=40, seed=7)
    zoo.add(f"{functions}:other_picture")
    (group,) = zoo.groups
    assert group.pool == "image-mix-v1/8x8/n40/s7", "the smaller picture, for shrinking blurs"
    assert {zoo.answers(name).pool_digest for name in names(zoo)} == {group.pool_digest}


def test_equal_reals_are_as_large_as_the_largest_picture(zoo: modelkin.Zoo, functions: str) -> None:
    zoo.add([f"{functions}:picture", f"{functions}:large_picture"], pool="graded-noise-v1")
    (group,) = zoo.groups
    assert group.shape == (16, 16, 3), "cut for the smaller one, never repeated for the larger"


@pytest.mark.parametrize(
    "other",
    [
        {"queries": 50},
        {"seed": 1},
        {"pool": "latent-normal-v1"},
        {"pool": "vector-mix-v1/d4/n40/s1"},
    ],
)
def test_another_pool_is_refused(
    zoo: modelkin.Zoo, functions: str, other: dict[str, object]
) -> None:
    zoo.add(f"{functions}:first", queries=40)
    with pytest.raises((UsageError, PoolError)):
        zoo.add(f"{functions}:second", **other)  # type: ignore[arg-type]
    assert len(zoo.members) == 1
    stated = zoo.add(f"{functions}:second", pool="vector-mix-v1", queries=40, seed=0)
    assert len(stated.recorded) == 1, "the zoo's own pool may be stated"


def test_a_pool_of_pictures_passes_over_models_of_rows(zoo: modelkin.Zoo, functions: str) -> None:
    both = [f"{functions}:first", f"{functions}:picture"]
    added = zoo.add(both, pool="graded-noise-v1", queries=40)
    assert {group.name: group.pool.partition("/")[0] for group in added.groups} == {
        "image": "graded-noise-v1",
        "vector-d4": "vector-mix-v1",
    }
    (note,) = added.notes
    assert "'graded-noise-v1' does not suit vector models" in note
    assert zoo.add(both, pool="graded-noise-v1", queries=40).asked == 0
    assert added.failed == ()


def test_mixed_modalities_get_groups_of_their_own(zoo: modelkin.Zoo, functions: str) -> None:
    added = zoo.add([f"{functions}:first", f"{functions}:picture", f"{functions}:wide"], queries=40)
    assert [group.name for group in added.groups] == ["image", "vector-d4"] or [
        group.name for group in added.groups
    ] == ["vector-d4", "image"]
    assert {one.name.rpartition(":")[2]: one.group for one in zoo.members} == {
        "first": "vector-d4",
        "wide": "vector-d4",
        "picture": "image",
    }


def test_a_failing_model_is_a_row_and_the_rest_goes_on(zoo: modelkin.Zoo, functions: str) -> None:
    added = zoo.add(
        [f"{functions}:broken", f"{functions}:first", f"{functions}:absent"], queries=40
    )
    assert [member.name for member in added.recorded] == [f"{functions}:first"]
    rows = {row.subject.rpartition(":")[2]: row.error for row in added.failed}
    assert rows == {"broken": "PredictionError", "absent": "ModelNotFoundError"}
    assert names(zoo) == [f"{functions}:first"]


def test_when_all_fail_alike_the_error_is_raised(zoo: modelkin.Zoo, functions: str) -> None:
    with pytest.raises(PredictionError, match="no answer today"):
        zoo.add(f"{functions}:broken", queries=40)
    with pytest.raises(ModelNotFoundError, match=r"the models 'no/such.onnx' hold no file"):
        zoo.add("no/such.onnx")
    assert zoo.members == ()


def test_a_changed_file_is_noticed(zoo: modelkin.Zoo, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    shutil.copy(HONEST / "a-cnn-1.onnx", path)
    assert zoo.add(path, queries=40).changed == ()
    before = zoo.members[0]
    shutil.copy(HONEST / "a-mlp.onnx", path)
    added = zoo.add(path)
    (after,) = zoo.members
    assert added.changed == ("model.onnx",)
    assert added.asked == 40
    assert before.file_digest != after.file_digest
    assert before.answers != after.answers


def test_a_copy_under_another_name_costs_no_query(zoo: modelkin.Zoo, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        shutil.copy(HONEST / "a-mlp.onnx", tmp_path / folder)
    assert zoo.add(tmp_path / "one" / "a-mlp.onnx", queries=40).asked == 40
    shutil.rmtree(tmp_path / "cache" / "answers")
    assert zoo.add(tmp_path / "two" / "a-mlp.onnx").asked == 0
    assert names(zoo) == ["a-mlp.onnx", "two/a-mlp.onnx"]
    (sheet,) = zoo.distances().sheets
    assert sheet.similarities[0, 1] == 1.0


def test_the_family_is_stated_or_read(zoo: modelkin.Zoo) -> None:
    path = MNIST / "source.onnx"
    zoo.add(path, queries=40)
    assert zoo.members[0].family == "mnist-source"
    again = zoo.add(path, family="mine")
    assert (again.asked, zoo.members[0].family) == (0, "mine")


def test_less_can_be_kept(zoo: modelkin.Zoo, functions: str) -> None:
    zoo.add(f"{functions}:first", queries=40)
    added = zoo.add(f"{functions}:first", access="label")
    (member,) = zoo.members
    assert added.asked == 0, "the cache holds all that is needed"
    assert (member.kind, member.access) == (OutputKind.LABELS, Access.LABEL)
    assert zoo.answers(member.name).values.shape == (40, 1)
    assert len(zoo.add(f"{functions}:first", access="label").known) == 1


def test_recorded_answers_bring_their_pool(
    zoo: modelkin.Zoo, functions: str, tmp_path: Path
) -> None:
    from modelkin.cli.main import main

    table, late = tmp_path / "first.csv", tmp_path / "late.csv"
    assert main(["record", f"{functions}:first", "--out", str(table), "--queries", "40"]) == 0
    zoo.add(table)
    assert zoo.groups[0].pool == "vector-mix-v1/d4/n40/s0"
    zoo.add(f"{functions}:first")
    (sheet,) = zoo.distances().sheets
    assert sheet.similarities[0, 1] == pytest.approx(1.0)
    assert main(["record", f"{functions}:second", "--out", str(late), "--queries", "60"]) == 0
    with pytest.raises(IncompatibleError, match="none to vector-mix-v1/d4/n40/s0"):
        zoo.add(late)


@pytest.mark.parametrize(
    "wrong",
    [
        {"queries": 0},
        {"seed": -1},
        {"family": " "},
        {"decimals": 99},
        {"access": "label", "top_k": 0},
    ],
)
def test_senseless_options_are_refused(
    zoo: modelkin.Zoo, functions: str, wrong: dict[str, object]
) -> None:
    with pytest.raises(ModelkinError) as caught:
        zoo.add(f"{functions}:first", **wrong)  # type: ignore[arg-type]
    assert caught.value.exit_code == 2


def test_two_processes_add_at_once(tmp_path: Path) -> None:
    """Each model is asked once, and none is lost."""
    every = ["a-mlp", "a-cnn-1", "a-cnn-2", "b-mlp-gelu", "b-cnn-1"]
    shares = every[:4], every[:0:-1]
    code = (
        "import sys, modelkin\n"
        "added = modelkin.Zoo(sys.argv[1]).add(sys.argv[2:], queries=40)\n"
        "assert not added.failed, added.failed\n"
        "print(added.asked)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "zoo")]
            + [str(HONEST / f"{name}.onnx") for name in share],
            env={**os.environ, "MODELKIN_CACHE": str(tmp_path / f"cache-{place}")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for place, share in enumerate(shares)
    ]
    said = [process.communicate(timeout=300) for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    zoo = modelkin.Zoo(tmp_path / "zoo")
    assert names(zoo) == sorted(f"{name}.onnx" for name in every)
    assert len(zoo.groups) == 1
    assert sum(int(out) for out, _ in said) == 40 * len(every), "caches apart, the locks decide"

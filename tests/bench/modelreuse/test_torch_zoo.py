"""A zoo in miniature, from pictures to ratings; needs torch and onnx."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.bench.modelreuse.picture_sets import write_set

from modelkin.bench.asking import answer
from modelkin.bench.modelreuse import bench
from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.building import build_zoo
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.grammar import Grammar
from modelkin.bench.modelreuse.judged import all_judged
from modelkin.bench.modelreuse.plan import Plan
from modelkin.bench.modelreuse.scoring import score
from modelkin.bench.modelreuse.tasks import all_tasks
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.bench.processes import each
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Silent
from modelkin.testing.extras import needs_extra

pytestmark = [needs_extra("torch", "bench"), needs_extra("matplotlib", "bench")]
_GRAMMAR = Grammar(
    source="things", targets=("others",), lineages=1, honest_a=1, honest_b=1, tuned=(100,)
)
_SHORTEN = 0.07


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    write_set(folder, "things", n=1000, classes=4)
    write_set(folder, "others", n=1000, classes=5, seed=1)
    write_set(folder, "query_photos_128", n=60, seed=2)
    return folder


@pytest.fixture(scope="module")
def zoo(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    found = Zoo(folder=tmp_path_factory.mktemp("zoo"), entries=_GRAMMAR.entries(), shorten=_SHORTEN)
    build_zoo(found, data, progress=lambda _: None)
    return found


def test_every_model_is_built_and_described(zoo: Zoo) -> None:
    assert zoo.holes() == {}
    manifest = json.loads((zoo.folder / "manifest.json").read_text(encoding="utf-8"))
    assert [row["name"] for row in manifest["models"]] == [entry.name for entry in zoo.entries]
    for row in manifest["models"]:
        assert row["state"] == "built"
        assert (zoo.folder / "models" / f"{row['file']}.modelkin.json").is_file()


def test_copies_differ_from_their_parent_as_they_should(zoo: Zoo) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (64, 32, 32, 3)).astype(np.uint8)
    for entry in zoo.entries:
        if entry.how is not How.QUANTIZED:
            continue
        parent = answer(zoo.model(zoo.by_name[entry.parent]), pictures)
        copy = answer(zoo.model(entry), pictures)
        assert not np.array_equal(parent, copy)
        assert np.corrcoef(parent.ravel(), copy.ravel())[0, 1] > 0.95


def test_pruned_weights_stay_zero_after_tuning(zoo: Zoo) -> None:
    from safetensors.numpy import load_file

    entry = next(one for one in zoo.entries if one.kind == "pruned-80")
    weights = [w for name, w in load_file(zoo.weights(entry)).items() if w.ndim == 4]
    zeros = sum(int((w == 0).sum()) for w in weights) / sum(w.size for w in weights)
    assert zeros == pytest.approx(0.8, abs=0.02)


def test_a_transfer_keeps_the_teachers_own_frozen_weights(data: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    grammar = Grammar(
        source="things", targets=("others",), lineages=0, honest_a=1, honest_b=0, tuned=(10,)
    )
    found = Zoo(folder=tmp_path, entries=grammar.entries(), shorten=_SHORTEN)
    build_zoo(found, data, progress=lambda _: None)
    for entry in (one for one in found.entries if one.how is How.TRANSFERRED):
        teacher = load_file(found.weights(found.by_name[entry.parent]))
        student = load_file(found.weights(entry))
        assert np.array_equal(teacher["stem.0.weight"], student["stem.0.weight"])
        assert np.array_equal(teacher["stem.1.running_mean"], student["stem.1.running_mean"])
        assert teacher["head.weight"].shape != student["head.weight"].shape


def test_an_interrupted_zoo_goes_on_and_comes_out_the_same(zoo: Zoo, data: Path) -> None:
    entry = next(one for one in zoo.entries if one.how is How.STOLEN)
    before = {one.name: zoo.model(one).stat().st_mtime_ns for one in zoo.entries}
    content = zoo.model(entry).read_bytes()
    zoo.forget(entry)
    build_zoo(zoo, data, progress=lambda _: None)
    assert zoo.model(entry).read_bytes() == content  # same seed, same bytes, another process
    after = {one.name: zoo.model(one).stat().st_mtime_ns for one in zoo.entries}
    assert [name for name in before if before[name] != after[name]] == [entry.name]


def test_a_model_that_fails_is_named_and_the_rest_goes_on(zoo: Zoo, data: Path) -> None:
    parent = next(one for one in zoo.entries if one.how is How.TRANSFERRED)
    children = [one for one in zoo.entries if one.parent == parent.name]
    kept = zoo.weights(parent).read_bytes()
    zoo.weights(parent).write_bytes(b"damaged")
    for child in children:
        zoo.forget(child)
    build_zoo(zoo, data, progress=lambda _: None)
    assert set(zoo.holes()) == {child.name for child in children}
    assert all(child not in case.copies for case in Plan(zoo=zoo).cases for child in children)
    zoo.weights(parent).write_bytes(kept)
    build_zoo(zoo, data, progress=lambda _: None)
    assert zoo.holes() == {}


def test_from_pictures_to_scores(
    zoo: Zoo, data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bench.Settings, "zoo", lambda _: zoo)
    few = {"log_correlation", "whitened_cka", "akh", "ddv_white_box", "zest"}
    chosen = tuple(one for one in all_judged() if one.name in few)
    monkeypatch.setattr(bench, "all_judged", lambda: chosen)
    settings = bench.Settings(data=data, cache=tmp_path, source="things", targets=("others",))
    plan, sets, judged = bench.prepare(settings, Silent())
    tasks = [
        task
        for task in all_tasks(judged)
        if task.name in {"default", "akh", "ddv_white_box", "zest"}
        and task.queries in {"training-set", "image-mix-v1"}
    ]
    ratings = bench.evaluate_all(plan, sets, tasks, Silent())
    for config in ratings.pairs:
        assert ratings.cost[config].suspect_queries <= config.budget
    assert any("true classes" in hole for hole in ratings.holes.values())  # akh without truth
    scores = score(ratings, zoo.entries, 0, resamples=50)
    own = next(
        groups
        for config, groups in scores.by.items()
        if (config.method, config.queries, config.budget, config.cohort)
        == ("default", "training-set", 100, False)
        and config.access == "scores"
    )
    assert own["how:quantized"].auc is not None
    assert own["how:quantized"].auc.value == 1.0
    # asking again asks nothing: the answers are there
    answers = Answers(folder=zoo.folder)
    stamp = {path: path.stat().st_mtime_ns for path in answers.folder.rglob("answers/**/*.npy")}
    assert stamp
    bench.prepare(settings, Silent())
    assert stamp == {path: path.stat().st_mtime_ns for path in stamp}


def test_a_missing_data_folder_is_said_before_anything_is_built(tmp_path: Path) -> None:
    program = "from modelkin.cli.main import run; run()"
    command = [sys.executable, "-c", program, "bench", "modelreuse"]
    done = subprocess.run(
        [*command, "--data", str(tmp_path / "none"), "--cache", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no image sets at" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_set_that_is_too_small_is_named_before_training(tmp_path: Path) -> None:
    for name in ("things", "others", "query_photos_128"):
        write_set(tmp_path, name, n=40)
    settings = bench.Settings(
        data=tmp_path, cache=tmp_path / "cache", source="things", targets=("others",)
    )
    with pytest.raises(UsageError, match="'others' has 40 training images"):
        bench.prepare(settings, Silent())
    assert not list((tmp_path / "cache").rglob("*.onnx"))


def test_source_and_targets_must_differ(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not all different"):
        bench.Settings(data=None, cache=tmp_path, source="a", targets=("a", "b")).zoo()


def test_a_worker_that_fails_is_not_swallowed() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        each(int, ["1", "x"], progress=lambda _: None)

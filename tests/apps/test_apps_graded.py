"""What scans ask of pictures: graded noise, on which own heads do not hide a shared backbone."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.apps.making import ROOT, zipped
from tests.models.tiny_onnx import FLOAT, write_onnx

from modelkin.apps.answering import CANNOT_TELL as CONSTANT
from modelkin.apps.sheets import CANNOT_TELL as MUTE
from modelkin.cli.main import main

FASHION = ROOT / "examples/models/fashion"
_SIDE, _FEATURES = 16, 8


def net(path: Path, *, backbone: int, head: int, classes: int, gain: int = 8) -> Path:
    """A fixed layer of features under a head of its own."""
    columns = 3 * _SIDE * _SIDE
    first = np.random.default_rng(backbone).normal(size=(columns, _FEATURES)) / columns**0.5
    last = np.random.default_rng(head).normal(size=(_FEATURES, classes)) * gain / _FEATURES**0.5
    return write_onnx(
        path,
        nodes=[
            ("Flatten", ["x"], ["flat"], {"axis": 1}),
            ("MatMul", ["flat", "first"], ["wide"], {}),
            ("Relu", ["wide"], ["features"], {}),
            ("MatMul", ["features", "last"], ["scores"], {}),
            ("Softmax", ["scores"], ["y"], {"axis": 1}),
        ],
        constants={
            "first": first.astype(np.float32),
            "last": last.astype(np.float32),
        },
        inputs=[("x", FLOAT, ["n", 3, _SIDE, _SIDE])],
        outputs=[("y", FLOAT, ["n", classes])],
    )


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    out = folder / "out.json"
    main(["scan", *arguments, "--cache", str(folder / "cache"), "--quiet", "--json", str(out)])
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return report


def test_apps_with_their_own_heads_on_one_backbone_are_each_others_nearest(tmp_path: Path) -> None:
    folder = tmp_path / "apps"
    folder.mkdir()
    backbones = [1, 1, 2, 2, 3, 3]
    for number, backbone in enumerate(backbones):
        classes = 6 if backbone == 3 else 6 + number % 2  # equally many are not the same classes
        net(folder / f"{number}.onnx", backbone=backbone, head=10 + number, classes=classes)
    report = run(tmp_path, str(folder), "--seed", "3")
    assert len(report["models"]) == len(backbones)
    for model in report["models"]:
        near, own = model["app"], model["name"]
        assert near["method"] == "graded_cka"
        assert near["verdict"] == "inconclusive", "nobody tells how alike strangers are"
        pair = [backbones[int(name[-len("0.onnx")])] for name in (own, near["name"])]
        assert pair[0] == pair[1], (own, near)
    assert report["asked"] == 900 * len(backbones)
    assert run(tmp_path, str(folder), "--seed", "3")["asked"] == 0


def test_models_that_hardly_answer_are_rows_that_cannot_tell(tmp_path: Path) -> None:
    folder = tmp_path / "apps"
    folder.mkdir()
    net(folder / "a.onnx", backbone=1, head=1, classes=3)
    net(folder / "b.onnx", backbone=1, head=2, classes=4)
    net(folder / "constant.onnx", backbone=1, head=3, classes=3, gain=0)
    net(folder / "mute.onnx", backbone=1, head=4, classes=3, gain=1_000_000)
    report = run(tmp_path, str(folder), "--queries", "200")
    rows = {Path(row["subject"]).name: row["reason"] for row in report["outcomes"]}
    assert set(rows) == {"constant.onnx", "mute.onnx"}
    untold = {Path(one["name"]).name: one["unasked"] for one in report["models"]}
    assert untold["a.onnx"] == untold["b.onnx"] == ""
    for name in ("constant.onnx", "mute.onnx"):
        assert untold[name] == rows[name]
        assert rows[name] in {CONSTANT, MUTE}
    assert all(one["app"] is None for one in report["models"] if one["unasked"])
    near = next(one["app"]["name"] for one in report["models"] if one["name"].endswith("a.onnx"))
    assert near.endswith("b.onnx")


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of the source and of all honest models, asked graded noise."""
    folder = tmp_path_factory.mktemp("graded")
    models = [str(FASHION / "source.onnx"), str(FASHION / "honest")]
    pool = ["--pool", "graded-noise-v1", "--queries", "200"]
    cache = ["--cache", str(folder / "cache"), "--quiet"]
    assert main(["fingerprint", *models, "--zoo", str(folder / "zoo"), *pool, *cache]) == 0
    return folder / "zoo"


@pytest.mark.parametrize("suspect", ["copies/int8.onnx", "honest/a-cnn.onnx"])
def test_a_flag_is_judged_on_graded_noise_where_the_zoo_was_asked_it(
    tmp_path: Path, zoo: Path, suspect: str
) -> None:
    stranger = ROOT / "examples/models/mnist" / suspect
    file = FASHION / suspect if suspect.startswith("copies") else stranger
    (tmp_path / "one.apk").write_bytes(zipped({"assets/x": file.read_bytes()}))
    known = ["--zoo", str(zoo), "--flag", "source.onnx"]
    report = run(tmp_path, str(tmp_path / "one.apk"), *known)
    (flag,) = report["models"][0]["flags"]
    assert flag["method"] == "graded_cka"
    related = suspect.startswith("copies")
    assert (flag["verdict"] == "related") is related, flag["reason"]


def test_a_pool_can_be_named(tmp_path: Path) -> None:
    net(tmp_path / "a.onnx", backbone=1, head=1, classes=3)
    net(tmp_path / "b.onnx", backbone=1, head=2, classes=4)
    models = [str(tmp_path / "a.onnx"), str(tmp_path / "b.onnx")]
    report = run(tmp_path, *models, "--pool", "image-mix-v1", "--queries", "60")
    assert {one["app"]["method"] for one in report["models"]} == {"whitened_cka"}
    assert main(["scan", models[0], "--pool", "no-such-pool-v1", "--quiet"]) in {3, 4}


def test_a_zoo_of_models_unlike_the_flagged_one_accuses_nobody(tmp_path: Path) -> None:
    cache = ["--cache", str(tmp_path / "cache"), "--quiet"]
    pool = ["--pool", "graded-noise-v1", "--queries", "200"]
    zoo = tmp_path / "zoo"
    flawed = net(tmp_path / "flawed.onnx", backbone=1, head=1, classes=6)
    near = net(tmp_path / "near.onnx", backbone=1, head=2, classes=6)
    honest = sorted((FASHION / "honest").glob("*.onnx"))[:9]
    assert (
        main(["fingerprint", str(flawed), *map(str, honest), "--zoo", str(zoo), *pool, *cache]) == 0
    )
    known = ("--zoo", str(zoo), "--flag", "flawed.onnx", "--alpha", "0.1")
    report = run(tmp_path, str(near), *known)
    (flag,) = report["models"][0]["flags"]
    assert flag["p_adjusted"] == pytest.approx(0.1)
    assert flag["verdict"] == "inconclusive"
    assert "no honest family in the zoo takes the inputs" in flag["reason"]
    alike = net(tmp_path / "alike.onnx", backbone=9, head=9, classes=6)
    assert main(["fingerprint", str(alike), "--zoo", str(zoo), *cache]) == 0
    report = run(tmp_path, str(near), *known)
    assert report["models"][0]["flags"][0]["verdict"] == "related"
    assert any(
        "1 of 10 honest families in the zoo takes inputs" in one for one in report["warnings"]
    )

"""The commands on the example models: what they print, write and exit with."""

import json
import sys
from pathlib import Path

import pytest

from modelkin.cli.main import main
from modelkin.testing.extras import needs_extra

MODELS = Path("examples/models").resolve()
NEED = (needs_extra("sklearn", "map"), needs_extra("scipy", "map"))


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@NEED[0]
@NEED[1]
def test_a_zoo_of_examples_is_mapped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zoo = str(tmp_path / "zoo")
    fashion, mnist = str(MODELS / "fashion"), str(MODELS / "mnist")
    assert main(["fingerprint", fashion, mnist, "--zoo", zoo, "--queries", "200"]) == 0
    assert "35 models recorded" in capsys.readouterr().out
    assert main(["fingerprint", fashion, mnist, "--zoo", zoo, "--json", "-"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["asked"], len(again["known"]), again["recorded"]) == (0, 35, [])
    files = {name: str(tmp_path / f"map.{name}") for name in ("html", "csv", "json")}
    options = [word for name, file in files.items() for word in (f"--{name}", file)]
    assert main(["map", "--zoo", zoo, *options]) == 0
    assert "35 models by log_correlation, 200 queries" in capsys.readouterr().out
    (sheet,) = json.loads((tmp_path / "map.json").read_text())["sheets"]
    kin = {one["name"]: one["nearest"] for one in sheet["models"]}
    assert kin["int8.onnx"] in {"fp16.onnx", "fashion/source.onnx"}
    clusters = {one["name"]: one["cluster"] for one in sheet["models"]}
    digits = {
        name
        for name, family in ((m["name"], m["family"]) for m in sheet["models"])
        if "mnist" in family
    }
    assert {name for name, cluster in clusters.items() if cluster == 2} == digits
    assert sheet["clusters"]["count"] == 2, "two data sets"


@NEED[0]
@NEED[1]
def test_nothing_to_compare_exits_with_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zoo = str(tmp_path / "zoo")
    assert (
        main(["fingerprint", str(MODELS / "mnist/source.onnx"), "--zoo", zoo, "--queries", "40"])
        == 0
    )
    assert main(["map", "--zoo", zoo]) == 4
    assert "no two can be compared" in capsys.readouterr().out


@NEED[0]
@NEED[1]
def test_usage_errors_exit_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["map", "--zoo", str(tmp_path)]) == 2
    assert "hint: record models first: modelkin fingerprint" in capsys.readouterr().err
    assert main(["map", "--zoo", str(tmp_path), "--clusters", "0"]) == 2
    assert main(["map", "--zoo", str(tmp_path), "--method", "zest"]) == 2
    assert main(["map", "--zoo", str(tmp_path), "--html", str(tmp_path / "no" / "f")]) == 2
    assert main(["fingerprint", "no/such.onnx", "--zoo", str(tmp_path / "zoo")]) == 2


def test_when_every_model_fails_the_run_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one.onnx", "two.onnx"):
        (tmp_path / name).write_bytes(b"\x08\x08" + name.encode())
    paths = [str(tmp_path / name) for name in ("one.onnx", "two.onnx")]
    assert main(["fingerprint", *paths, "--zoo", str(tmp_path / "zoo")]) == 3
    assert capsys.readouterr().out.count("failed: ") == 2


def test_without_the_extra_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    assert main(["map", "--zoo", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert "error: a map needs the module 'scipy'" in said
    assert "hint: pip install 'modelkin[map]'" in said

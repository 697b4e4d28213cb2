"""The command line on the example models: verdicts, exit codes, files, bad input."""

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from modelkin.cli.main import main
from modelkin.report.schema import report_schema

FASHION = Path("examples/models/fashion")
SOURCE = str(FASHION / "source.onnx")
HONEST = str(FASHION / "honest")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def compare(*arguments: str) -> int:
    return main(["compare", *arguments])


def copy_of(name: str) -> str:
    return str(FASHION / "copies" / f"{name}.onnx")


@pytest.mark.parametrize("name", ["int8", "pruned", "finetuned", "distilled"])
def test_copies_are_related_at_the_floor(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(SOURCE, copy_of(name), "--references", HONEST, "--json", "-") == 1
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(report_schema()).validate(report)
    assert report["verdict"] == "related"
    assert report["p_value"] == pytest.approx(1 / 25)
    assert report["null"]["n_families"] == 24
    assert report["queries"] == {"source": 500, "suspect": 500}


def test_an_honest_model_gives_no_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    honest = str(FASHION / "honest" / "b-cnn-1.onnx")
    assert compare(SOURCE, honest, "--references", HONEST, "--json", "-") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "no-evidence"
    assert report["null"]["n_families"] == 23, "the suspect is no reference for itself"
    assert any("one of the two models" in str(row) for row in report["outcomes"])


def test_without_references_nothing_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(SOURCE, copy_of("int8"), "--json", "-") == 4
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["p_value"], report["null"]) == ("inconclusive", None, None)
    assert "pass --references with at least 19" in report["reason"]


def test_a_model_is_identical_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(SOURCE, SOURCE, "--json", "-") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["verdict"], report["relation"]) == ("related", "identical")


def test_labels_only(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--references", HONEST, "--access", "label", "--json", "-")
    assert compare(SOURCE, copy_of("int8"), *arguments) == 1
    report = json.loads(capsys.readouterr().out)
    assert list(report["similarities"]) == ["label_agreement"]


def test_a_second_compare_asks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (SOURCE, copy_of("pruned"), "--cache", str(tmp_path), "--json", "-")
    compare(*arguments)
    first = json.loads(capsys.readouterr().out)
    compare(*arguments)
    second = json.loads(capsys.readouterr().out)
    assert (first["suspect"]["asked_now"], second["suspect"]["asked_now"]) == (500, 0)
    assert first["similarities"] == second["similarities"]


def test_the_same_seed_gives_the_same_numbers_in_another_process(tmp_path: Path) -> None:
    def run(cache: str) -> dict[str, object]:
        command = [
            *(sys.executable, "-c", "from modelkin.cli.main import run; run()", "compare"),
            *(SOURCE, copy_of("distilled"), "--references", f"{HONEST}/b-cnn*.onnx", "--seed", "7"),
            *("--cache", str(tmp_path / cache), "--json", "-"),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 4, done.stderr  # 6 families are too few for a verdict
        report: dict[str, object] = json.loads(done.stdout)
        return {key: report[key] for key in ("similarities", "intervals", "p_value", "null")}

    assert run("a") == run("b")


def test_the_evidence_file_leads_to_the_same_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence = tmp_path / "evidence.zip"
    compare(SOURCE, copy_of("int8"), "--references", HONEST, "--evidence", str(evidence))
    capsys.readouterr()
    assert main(["verify", str(evidence)]) == 1
    shown = capsys.readouterr().out
    assert "verdict: related (reproduced" in shown
    assert "made again, sha256 equal" in shown


def test_altered_evidence_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence = tmp_path / "evidence.zip"
    compare(SOURCE, copy_of("int8"), "--references", HONEST, "--evidence", str(evidence))
    altered = tmp_path / "altered.zip"
    with zipfile.ZipFile(evidence) as held, zipfile.ZipFile(altered, "w") as out:
        for name in held.namelist():
            content = held.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                manifest["stated"]["p_value"] = 0.001
                content = json.dumps(manifest).encode()
            out.writestr(name, content)
    assert main(["verify", str(altered)]) == 3
    assert "states p_value = 0.001, its answers give 0.04" in capsys.readouterr().err
    with zipfile.ZipFile(evidence) as held, zipfile.ZipFile(altered, "w") as out:
        for name in held.namelist():
            content = held.read(name)
            out.writestr(name, content[:-1] + b"x" if name == "suspect.npz" else content)
    assert main(["verify", str(altered)]) == 3
    assert "suspect.npz was altered" in capsys.readouterr().err


def test_an_altered_report_in_the_evidence_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evidence, altered = tmp_path / "evidence.zip", tmp_path / "altered.zip"
    compare(SOURCE, copy_of("int8"), "--references", HONEST, "--evidence", str(evidence))
    with zipfile.ZipFile(evidence) as held, zipfile.ZipFile(altered, "w") as out:
        files = {name: held.read(name) for name in held.namelist()}
        files["report.json"] = files["report.json"].replace(b'"related"', b'"no-evidence"')
        manifest = json.loads(files["manifest.json"])
        manifest["sha256"]["report.json"] = hashlib.sha256(files["report.json"]).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
        for name, content in files.items():
            out.writestr(name, content)
    assert main(["verify", str(altered)]) == 3
    assert "shows verdict = no-evidence, the answers give related" in capsys.readouterr().err


def test_names_cannot_write_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(SOURCE, str(tmp_path / "x\x1b[31mred.onnx")) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_recorded_answers_stand_in_for_a_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending in ("parquet", "csv", "npz"):
        answers = tmp_path / f"answers.{ending}"
        assert main(["record", copy_of("int8"), "--out", str(answers), "--queries", "300"]) == 0
        capsys.readouterr()
        code = compare(SOURCE, str(answers), "--references", HONEST, "--json", "-")
        report = json.loads(capsys.readouterr().out)
        assert (code, report["verdict"], report["pool"]["n"]) == (1, "related", 300)
        assert compare(copy_of("int8"), str(answers), "--json", "-") == 1
        assert json.loads(capsys.readouterr().out)["relation"] == "identical"
        assert compare(str(answers), str(answers), "--json", "-") == 1, "no live model is needed"
        assert json.loads(capsys.readouterr().out)["pool"]["n"] == 300


def test_recorded_answers_of_another_pool_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.csv"
    main(["record", SOURCE, "--out", str(answers), "--seed", "5"])
    assert compare(SOURCE, str(answers), "--pool", "image-mix-v1") == 2
    assert "hint: pass --pool image-mix-v1/28x28/n500/s5" in capsys.readouterr().err


def test_a_report_page_is_written(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    compare(SOURCE, copy_of("int8"), "--references", HONEST, "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert "int8.onnx" in text
    assert "data:image/png;base64," in text


def test_a_pool_is_drawn_and_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, export = tmp_path / "sheet.png", tmp_path / "pool.npz"
    arguments = ["--shape", "28x28", "--queries", "120", "--sheet", str(sheet)]
    assert main(["pool", "image-mix-v1", *arguments, "--export", str(export)]) == 0
    assert "image-mix-v1/28x28/n120/s0" in capsys.readouterr().out
    assert sheet.read_bytes()[:4] == b"\x89PNG"
    with np.load(export, allow_pickle=False) as held:
        assert held["queries"].shape == (120, 28, 28, 3)
        assert len(held["ids"]) == 120


def test_inspect_shows_how_a_model_is_fed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", SOURCE]) == 0
    shown = capsys.readouterr().out
    assert "image 28x28 NCHW GRAY [0,1] (override)" in shown
    assert main(["inspect", SOURCE, "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["inputs"][0]["name"]) == ("onnx", "image")


def test_parts_and_schema_print(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parts"]) == 0
    shown = capsys.readouterr().out
    for part in ("onnx", "image_mix_v1", "debiased_cka", "log_correlation", "conformal"):
        assert part in shown
    assert main(["parts", "method"]) == 0
    assert "conformal" not in capsys.readouterr().out
    assert main(["parts", "crafter"]) == 0
    shown = capsys.readouterr().out
    assert "  misclassified: Seeds that the source gets wrong" in shown
    assert "log_correlation" not in shown
    assert main(["schema"]) == 0
    Draft202012Validator.check_schema(json.loads(capsys.readouterr().out))


_BAD = {
    "missing file": ((SOURCE, "examples/models/fashion/sorce.onnx"), 2, "there is no file"),
    "unknown format": ((SOURCE, "{tmp}/notes.bin"), 2, "no format recognises"),
    "truncated file": ((SOURCE, "{tmp}/cut.onnx"), 3, "cannot be loaded"),
    "empty file": ((SOURCE, "{tmp}/empty.onnx"), 3, "is empty"),
    "pickle": ((SOURCE, "{tmp}/model.pkl"), 2, "pickle"),
    "folder": ((SOURCE, HONEST), 2, "is a folder"),
    "small budget": ((SOURCE, SOURCE, "--queries", "3"), 2, "too few"),
    "no budget": ((SOURCE, SOURCE, "--queries", "0"), 2, "0"),
    "alpha": ((SOURCE, SOURCE, "--alpha", "2"), 2, "no error rate"),
    "width": ((SOURCE, SOURCE, "--until-width", "0"), 2, "0 wide"),
    "method": ((SOURCE, SOURCE, "--method", "label_agreemnt"), 2, "did you mean 'label_agreement'"),
    "truth": ((SOURCE, SOURCE, "--method", "akh"), 2, "modelkin bench modelreuse"),
    "method of other use": (
        (SOURCE, "examples/models/mnist/source.onnx", "--method", "log_correlation"),
        2,
        "'log_correlation' does not fit this pair: the label sets differ",
    ),
    "pool": ((SOURCE, SOURCE, "--pool", "image-mixx-v1"), 2, "image-mixx-v1"),
    "modality": ((SOURCE, "rows:answer"), 2, "vector"),
    "references": ((SOURCE, SOURCE, "--references", "{tmp}/none"), 2, "none"),
    "output folder": ((SOURCE, SOURCE, "--html", "{tmp}/none/r.html"), 2, "there is no folder"),
    "wrong flag": ((SOURCE, SOURCE, "--referneces", "x"), 2, "referneces"),
    "constant": ((SOURCE, "rows:constant"), 3, "one and the same answer"),
    "nan": ((SOURCE, "rows:nan"), 3, "NaN"),
    "raises": ((SOURCE, "rows:broken"), 3, "ZeroDivisionError"),
    "no function": ((SOURCE, "rows:absent"), 2, "absent"),
    "labels wanted": ((SOURCE, "rows:label", "--access", "scores"), 2, "shows only label"),
}


@pytest.mark.parametrize("case", _BAD)
def test_bad_input_is_one_paragraph_that_says_what_next(
    case: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "notes.bin").write_bytes(b"just some notes, no model at all")
    (tmp_path / "cut.onnx").write_bytes(Path(SOURCE).read_bytes()[:20_000])
    (tmp_path / "empty.onnx").write_bytes(b"")
    (tmp_path / "model.pkl").write_bytes(b"\x80\x04N.")
    (tmp_path / "rows.py").write_text(_FUNCTIONS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("rows", None)
    arguments, code, message = _BAD[case]
    assert compare(*(word.replace("{tmp}", str(tmp_path)) for word in arguments)) == code
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown
    if case != "wrong flag":
        assert shown.startswith("error: ")
        assert "\nhint: " in shown


_FUNCTIONS = """
import numpy as np
def answer(x): return np.ones((len(x), 3))
answer.modelkin = {"shape": [7]}
def constant(x): return np.full((len(x), 10), 0.1)
def nan(x): return np.full((len(x), 10), np.nan)
def broken(x): return 1 / 0
def label(x): return (x.reshape(len(x), -1).mean(axis=1) * 10).astype(int) % 3
"""


def test_a_broken_reference_does_not_stop_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "refs"
    shutil.copytree(HONEST, folder)
    (folder / "broken.onnx").write_bytes(Path(SOURCE).read_bytes()[:5000])
    (folder / "readme.rst").write_text("not a model", encoding="utf-8")
    assert compare(SOURCE, copy_of("int8"), "--references", str(folder), "--json", "-") == 1
    report = json.loads(capsys.readouterr().out)
    kinds = [row["kind"] for row in report["outcomes"]]
    assert kinds.count("failed") == 1
    assert report["null"]["n_families"] == 24

"""Scans of made-up apps around the example models, by a zoo of the others."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.apps.making import ROOT, samples, zipped

from modelkin.apps.output.as_json import scan_schema
from modelkin.cli.main import main
from modelkin.testing.extras import needs_extra

FASHION = ROOT / "examples/models/fashion"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zoo of the source and of all honest models, and some apps."""
    folder = tmp_path_factory.mktemp("desk")
    models = [str(FASHION / "source.onnx"), str(FASHION / "honest")]
    cache = ["--cache", str(folder / "cache"), "--quiet"]
    pool = ["--pool", "graded-noise-v1", "--queries", "300"]
    options = ["--zoo", str(folder / "zoo"), *pool, *cache]
    assert main(["fingerprint", *models, *options]) == 0
    copy = (FASHION / "copies/int8.onnx").read_bytes()
    stranger = (ROOT / "examples/models/mnist/honest/a-cnn.onnx").read_bytes()
    apps = {
        "copy.apk": {"assets/face.bin": copy, "res/a.txt": b"hello"},
        "same.apk": {"lib/x": (FASHION / "source.onnx").read_bytes()},
        "stranger.apk": {"assets/digits": stranger},
        "mixed.apk": {
            "assets/broken.tflite": samples()["tflite"][1][:40],
            "assets/voice": samples()["ggml"][1],
            "assets/copy": copy,
            "../../<script>alert(1)</script>\x1b[31m": stranger,
        },
        "empty.apk": {"res/a.txt": b"hello"},
    }
    for name, files in apps.items():
        (folder / name).write_bytes(zipped(files))
    return folder


def scan(desk: Path, *arguments: str, zoo: bool = True) -> tuple[int, dict[str, Any]]:
    out = desk / "out.json"
    known = ["--zoo", str(desk / "zoo")] if zoo else []
    known += [] if zoo or "--zoo" in arguments else ["--queries", "120"]
    code = main(
        [
            "scan",
            *(str(desk / one) if one.endswith("apk") else one for one in arguments),
            *known,
            *("--cache", str(desk / "cache"), "--quiet", "--json", str(out)),
        ]
    )
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(scan_schema()).validate(report)
    return code, report


def test_a_copy_of_what_is_flagged_is_found_and_a_stranger_is_not(desk: Path) -> None:
    code, report = scan(desk, "copy.apk", "--flag", "source.onnx")
    assert (code, report["verdict"]) == (1, "related")
    (model,) = report["models"]
    (flag,) = model["flags"]
    assert flag["p_value"] == flag["p_adjusted"] == pytest.approx(1 / 25)
    assert flag["families"] == 24
    assert flag["weights"]["correlation"] > 0.9
    code, report = scan(desk, "stranger.apk", "--flag", "fashion-source")
    assert (code, report["verdict"]) == (0, "no-evidence")


def test_a_rescan_asks_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, first = scan(desk, "copy.apk", "stranger.apk")

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr("modelkin.models.isolation._Process.__init__", refuse)
    _, again = scan(desk, "copy.apk", "stranger.apk")
    assert again["asked"] == 0
    assert again["models"] == first["models"]


def test_the_very_file_of_the_zoo_is_identical_and_not_asked(desk: Path) -> None:
    code, report = scan(desk, "same.apk")
    assert code == 1
    assert report["asked"] == 0
    kin = report["models"][0]["zoo"]
    assert (kin["name"], kin["relation"]) == ("source.onnx", "identical")
    assert kin["weights"]["equal"] == 1.0


def test_further_models_cost_a_flag_nothing(desk: Path) -> None:
    code, report = scan(desk, "copy.apk", "stranger.apk", "--flag", "source.onnx")
    flags = {one["name"]: one["flags"][0] for one in report["models"]}
    found = flags["copy.apk!/assets/face.bin"]
    assert found["p_adjusted"] == pytest.approx(1 / 25)
    assert (found["verdict"], found["needed"], found["tests"]) == ("related", 19, 2)
    assert code == 1
    code, report = scan(desk, "copy.apk", "--flag", "source.onnx", "--alpha", "0.03")
    assert code == 4, "a comparison that stayed open clears nobody"
    assert "33 are needed, 9 more" in report["models"][0]["flags"][0]["reason"]


def test_a_small_zoo_clears_strangers_and_says_what_would_settle_the_rest(desk: Path) -> None:
    honest = [str(FASHION / f"honest/{name}.onnx") for name in ("a-cnn-1", "b-cnn-1", "a-mlp")]
    pool = ["--pool", "graded-noise-v1", "--queries", "300"]
    cache = ["--cache", str(desk / "cache"), "--quiet"]
    small = desk / "small"
    models = [str(FASHION / "source.onnx"), *honest]
    assert main(["fingerprint", *models, "--zoo", str(small), *pool, *cache]) == 0
    known = ("--zoo", str(small), "--flag", "source.onnx")
    code, report = scan(desk, "copy.apk", "stranger.apk", *known, zoo=False)
    assert code == 4
    copy, stranger = (one["flags"][0] for one in report["models"])
    assert copy["verdict"] == "inconclusive"
    assert (copy["families"], copy["needed"]) == (3, 19)
    assert stranger["verdict"] == "no-evidence"
    missing, record, train = report["advice"]
    assert "3 of 19 independent families are in the zoo, 16 more are needed" in missing
    assert record.endswith(f"modelkin fingerprint MODEL... --zoo {small}")
    assert "--train 16 " in train
    assert scan(desk, "copy.apk", *known, "--alpha", "0.25", zoo=False)[0] == 1


def test_references_for_unrelated_functions_accuse_nobody(desk: Path) -> None:
    folder = desk / "n0"
    folder.mkdir()
    for path in sorted((FASHION / "honest").glob("*.onnx"))[:12]:
        shutil.copy(path, folder / path.name)
        beside = json.loads((path.parent / f"{path.name}.modelkin.json").read_text("utf-8"))
        beside["derivation"]["null_cap"] = "N0"
        (folder / f"{path.name}.modelkin.json").write_text(json.dumps(beside), encoding="utf-8")
    cache = ["--cache", str(desk / "cache"), "--quiet"]
    pool = ["--pool", "graded-noise-v1", "--queries", "300"]
    models = [str(FASHION / "source.onnx"), str(folder)]
    assert main(["fingerprint", *models, "--zoo", str(desk / "weak"), *pool, *cache]) == 0
    known = ("--zoo", str(desk / "weak"), "--flag", "source.onnx", "--alpha", "0.1")
    code, report = scan(desk, "copy.apk", *known, zoo=False)
    assert code == 4
    assert report["models"][0]["flags"][0]["families"] == 0
    assert any("(N0) and took no part" in one for one in report["warnings"])


@pytest.mark.slow
def test_a_zoo_asked_other_queries_is_asked_again_or_keeps_its_own(
    desk: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "models"
    copied.mkdir()
    names = ["honest/a-cnn-1.onnx", "honest/b-cnn-1.onnx", "source.onnx"]
    for name in names:
        shutil.copy(FASHION / name, copied)
        shutil.copy(FASHION / f"{name}.modelkin.json", copied)
    zoo = ["--zoo", str(tmp_path / "zoo")]
    cache = ["--cache", str(desk / "cache"), "--quiet"]
    assert main(["fingerprint", str(copied), *zoo, "--queries", "120", *cache]) == 0
    flag = (*zoo, "--flag", "source.onnx")
    _, report = scan(desk, "copy.apk", *flag, zoo=False)
    assert report["models"][0]["flags"][0]["method"] == "graded_cka"
    assert any("3 models of the zoo answered image-mix-v1" in one for one in report["warnings"])
    _, report = scan(desk, "copy.apk", *flag, "--pool", "image-mix-v1", zoo=False)
    assert report["models"][0]["flags"][0]["method"] == "log_correlation"
    assert report["warnings"] == []
    (copied / "a-cnn-1.onnx").unlink()
    _, report = scan(desk, "copy.apk", *flag, zoo=False)
    assert report["models"][0]["flags"][0]["families"] == 1
    assert [one["subject"] for one in report["outcomes"]] == ["zoo model a-cnn-1.onnx"]
    (copied / "source.onnx").unlink()
    _, report = scan(desk, "copy.apk", *flag, zoo=False)
    assert report["models"][0]["flags"][0]["method"] == "log_correlation"
    assert any("--pool graded-noise-v1 --queries 900" in one for one in report["warnings"])


def test_what_fails_is_a_row_and_the_scan_completes(desk: Path) -> None:
    code, report = scan(desk, "mixed.apk", "--flag", "source.onnx", "--alpha", "0.1")
    assert code == 1
    kinds = {one["kind"]: one for one in report["models"]}
    assert set(kinds) == {"onnx", "ggml"}
    assert "no format here runs" in kinds["ggml"]["unasked"]
    assert kinds["ggml"]["flags"] == []
    assert any("40 bytes bear the mark" in row["reason"] for row in report["outcomes"])
    assert any("says nothing about them" in one for one in report["warnings"])


def test_without_a_zoo_only_identical_models_are_found(desk: Path) -> None:
    code, report = scan(desk, "copy.apk", "stranger.apk", zoo=False)
    assert (code, report["verdict"]) == (4, "inconclusive")
    assert "unknown how alike strangers are" in report["models"][0]["app"]["reason"]


def test_an_app_without_models_and_a_listing(desk: Path) -> None:
    assert scan(desk, "empty.apk")[0] == 0
    code, report = scan(desk, "mixed.apk", "--list", zoo=False)
    assert code == 0
    assert report["asked"] == 0
    assert {one["kind"] for one in report["models"]} == {"onnx", "ggml"}


def test_mistakes_are_said(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy, zoo = str(desk / "copy.apk"), str(desk / "zoo")
    assert main(["scan", str(desk / "none.apk"), "--quiet"]) == 2
    assert main(["scan", copy, "--flag", "source.onnx", "--quiet"]) == 2
    assert main(["scan", copy, "--zoo", zoo, "--flag", "sorce.onnx", "--quiet"]) == 2
    assert "did you mean source.onnx" in capsys.readouterr().err
    assert main(["scan", copy, "--zoo", str(desk), "--quiet"]) == 2
    assert main(["scan", copy, "--alpha", "2", "--quiet"]) == 2
    (desk / "cut.apk").write_bytes((desk / "copy.apk").read_bytes()[:-30])
    assert main(["scan", str(desk / "cut.apk"), "--quiet"]) == 3


def test_reports_for_people_and_machines_hold_no_live_text(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: desk / f"out.{name}" for name in ("html", "sarif", "junit")}
    written = [text for name, path in files.items() for text in (f"--{name}", str(path))]
    capsys.readouterr()
    code, _ = scan(desk, "mixed.apk", "--flag", "source.onnx", "--alpha", "0.1", *written)
    assert code == 1
    shown = capsys.readouterr().out
    assert "1 related to 'source.onnx', 1 without evidence of it, 1 undecided" in shown
    assert "\x1b" not in shown
    page = files["html"].read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    suite = ET.fromstring(files["junit"].read_text(encoding="utf-8"))[0]  # noqa: S314 (our own)
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "4",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    strict = {"id", "package", "hostname", "timestamp", "time", "name"}
    assert strict <= set(suite.attrib)
    inner = [one.tag for one in suite]
    assert (inner[0], inner[-2:]) == ("properties", ["system-out", "system-err"])
    assert all({"name", "classname", "time"} == set(one.attrib) for one in suite.iter("testcase"))
    first = page.index("mixed.apk!/assets/copy")
    assert first < page.index("&lt;script&gt;"), "what was found comes first"
    assert page.count('scope="row"') == 4, "three models and a broken file"
    log = json.loads(files["sarif"].read_text(encoding="utf-8"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    (result,) = run["results"]
    assert rules[result["ruleIndex"]] == result["ruleId"] == "MK001"
    assert result["level"] == "error"
    assert "contains a model related to source.onnx" in result["message"]["text"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "mixed.apk"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "mixed.apk!/assets/copy"
    for key in ("shortDescription", "fullDescription", "help"):  # GitHub wants all of them
        assert all(rule[key]["text"] for rule in run["tool"]["driver"]["rules"])
    assert location["physicalLocation"]["region"]["startLine"] == 1
    assert result["partialFingerprints"]["primaryLocationLineHash"].endswith(":1")
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert len(notes) == 1


@needs_extra("cyclonedx", "apps")
def test_the_bill_of_materials_obeys_its_schema(desk: Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    out = desk / "bom.json"
    arguments = ("mixed.apk", "--flag", "source.onnx", "--alpha", "0.1", "--sbom", str(out))
    scan(desk, *arguments)
    text = out.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bom = json.loads(text)
    assert bom["specVersion"] == "1.6"
    models = [one for one in bom["components"] if one["type"] == "machine-learning-model"]
    assert len(models) == 3
    (copied,) = [one for one in models if "pedigree" in one]
    assert copied["name"] == "mixed.apk!/assets/copy"
    (ancestor,) = copied["pedigree"]["ancestors"]
    assert ancestor["name"] == "source.onnx"
    evidence = {one["name"]: one["value"] for one in ancestor["properties"]}
    assert evidence["modelkin:verdict"] == "related"
    assert float(evidence["modelkin:p-adjusted"]) <= 0.1
    assert "not shown" in copied["pedigree"]["notes"]
    assert copied["hashes"][0]["alg"] == "SHA-256"
    scan(desk, *arguments)
    assert json.loads(out.read_text(encoding="utf-8"))["serialNumber"] == bom["serialNumber"]


def test_a_sidecar_in_a_scanned_folder_changes_nothing(desk: Path) -> None:
    folder = desk / "unpacked"
    folder.mkdir(exist_ok=True)
    shutil.copy(FASHION / "copies/int8.onnx", folder / "m.onnx")
    (folder / "m.onnx.modelkin.json").write_text('{"nonsense": 1}', encoding="utf-8")
    code, report = scan(desk, str(folder))
    assert code in {0, 4}
    assert report["outcomes"] == []
    assert report["models"][0]["unasked"] == ""

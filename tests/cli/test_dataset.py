"""modelkin dataset on the example models: verdicts, exit codes, files, bad input."""

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

import modelkin
from modelkin.cli.main import main
from modelkin.report.schema import dataset_schema

MODELS = Path("examples/models")
HONEST = MODELS / "fashion" / "honest"
USERS, OTHERS = str(HONEST / "a-*.onnx"), str(HONEST / "b-*.onnx")
SOURCE = str(MODELS / "fashion" / "source.onnx")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def dataset(*arguments: str, users: str = USERS, others: str = OTHERS, alpha: str = "0.1") -> int:
    return main(
        ["dataset", *arguments, "--trained-on", users, "--others", others, "--alpha", alpha]
    )


def test_a_model_of_the_same_half_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "report.html"
    assert dataset(SOURCE, "--json", "-", "--html", str(page)) == 1
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(dataset_schema()).validate(report)
    assert (report["verdict"], report["relation"]) == ("related", "same-data")
    assert report["p_value"] == pytest.approx(report["floor"])
    assert report["trained_on"]["n_families"] == 12
    assert report["power"]["share"] > 0.5
    assert report["effect"]["above"] > 0.7
    assert report["false_alarms"]["found"] <= 1
    assert report["suspect"]["asked"] == 500
    shown = page.read_text(encoding="utf-8")
    assert "Models trained" not in shown
    assert "source.onnx" in shown
    assert len(_Tags(shown).circles) == 12 + report["others"]["n_models"]
    assert "http" not in shown.replace("http-equiv", "")


@pytest.mark.parametrize("name", ["b-cnn-1", "b-residual-1"])
def test_a_model_of_the_other_half_is_not(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert dataset(str(HONEST / f"{name}.onnx"), "--json", "-") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["verdict"] == "no-evidence"
    assert {row["subject"]: row["reason"] for row in report["outcomes"]}[
        f"other {name}.onnx"
    ] == "is the suspect itself"


def test_a_model_of_another_task_is_not_accused(capsys: pytest.CaptureFixture[str]) -> None:
    assert dataset(str(MODELS / "mnist" / "source.onnx")) == 4
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("INCONCLUSIVE")
    assert "no draw like" in shown
    assert "may not be those of the trained-on models" in shown


def test_others_of_another_task_support_no_accusation(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside MNIST models any Fashion-MNIST model would look trained on this half."""
    other = str(HONEST / "b-cnn-1.onnx")
    assert dataset(other, others=str(MODELS / "mnist"), alpha="0.25", users=USERS) == 4
    shown = " ".join(capsys.readouterr().out.split())
    assert "cannot support alpha 0.25: 3 are needed" in shown
    assert "no draw like it" in shown


def test_too_few_others_give_the_number_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert dataset(SOURCE, alpha="0.05") == 4
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith("INCONCLUSIVE")
    assert "19 are needed" in shown
    assert "none; alpha 0.05 needs 19 others" in shown
    assert "p =" not in shown


def test_the_suspects_own_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    for i in range(40):
        pixels = rng.integers(0, 256, size=(28, 28), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{i}.png")
    code = dataset(SOURCE, "--pool", str(tmp_path), "--json", "-")
    report = json.loads(capsys.readouterr().out)
    assert code in {0, 1}
    assert report["method"] == "theiss_l2"
    assert report["pool"]["n"] == 40


def test_a_broken_model_is_named_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    users = tmp_path / "users"
    users.mkdir()
    (users / "0-broken.onnx").write_bytes(b"\x08\x07 this is no graph")
    for name in ("a-cnn-1", "a-cnn-2", "a-residual"):
        for file in HONEST.glob(f"{name}.onnx*"):
            shutil.copy(file, users)
    assert dataset(SOURCE, "--json", "-", users=str(users)) in {0, 1}
    report = json.loads(capsys.readouterr().out)
    (lost,) = [row for row in report["outcomes"] if "0-broken.onnx" in row["subject"]]
    assert lost["subject"] == "trained-on 0-broken.onnx"
    assert report["trained_on"]["n_families"] == 3


def test_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert dataset(SOURCE, others=USERS) == 2
    assert "is named both by --trained-on and by --others" in capsys.readouterr().err
    assert dataset("nothing.onnx") == 2
    assert dataset(SOURCE, others="nothing/*.onnx") == 2
    assert dataset(SOURCE, "--method", "ipguard_bisection") == 2
    assert "asks queries crafted for one source" in capsys.readouterr().err
    assert dataset(SOURCE, "--adapter", "json") == 2
    assert dataset(SOURCE, "--html", "no/such/folder/r.html") == 2
    assert main(["dataset", SOURCE, "--trained-on", USERS]) == 2


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "dataset"]) == 0
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"]["const"] == "modelkin/dataset/1"
    assert schema["required"] == list(schema["properties"])


def test_the_same_from_python() -> None:
    report = modelkin.dataset_use(SOURCE, trained_on=[USERS], others=[OTHERS], alpha=0.1)
    assert isinstance(report, modelkin.DatasetReport)
    again = modelkin.dataset_use(SOURCE, trained_on=[USERS], others=[OTHERS], alpha=0.1)
    assert (again.scores, again.effect, again.power) == (
        report.scores,
        report.effect,
        report.power,
    )
    with pytest.raises(modelkin.ModelkinError, match="no models are named by --others"):
        modelkin.dataset_use(SOURCE, trained_on=[USERS], others=[])


class _Tags(HTMLParser):
    """Counts the dots of a page, and checks that its elements nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.circles: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "circle":
            self.circles.append(str(dict(attrs)["cx"]))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        assert tag in {"path", "line"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

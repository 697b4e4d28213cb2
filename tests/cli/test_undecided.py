"""modelkin undecided: points on file, asked by compare, their cost counted."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.bench.field.conftest import STEEP, write_net

from modelkin.cli.main import main
from modelkin.queries.undecided.keeping import read_points


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source, kin of it that answers one-hot, a stranger, and a model of one answer."""
    folder = tmp_path_factory.mktemp("undecided")
    write_net(folder / "source.onnx", backbone=0, head=1, classes=4)
    write_net(folder / "steep.onnx", backbone=0, head=75, classes=2, steepness=STEEP, rounded=True)
    write_net(folder / "stranger.onnx", backbone=7, head=2, classes=3)
    write_net(folder / "mute.onnx", backbone=9, head=9, classes=4, steepness=0.0)
    return folder


@pytest.fixture(scope="module")
def points(desk: Path) -> Path:
    out = desk / "steep.points"
    options = ["--out", str(out), "--cache", str(desk / "cache"), "--quiet"]
    assert main(["undecided", str(desk / "steep.onnx"), *options]) == 0
    return out


def similarity(desk: Path, points: Path, other: str) -> tuple[float, int, list[str]]:
    report = desk / f"{other}.json"
    code = main(
        [
            *("compare", str(desk / f"{other}.onnx"), str(desk / "steep.onnx")),
            *("--pool", str(points), "--queries", "1020", "--json", str(report)),
            *("--cache", str(desk / "cache"), "--quiet"),
        ]
    )
    assert code == 4  # no references, so nothing is decided
    found = json.loads(report.read_text())
    return (
        found["similarities"]["graded_cka"],
        found["queries"]["suspect"],
        found["warnings"],
    )


def test_kin_that_answers_one_hot_is_told_from_a_stranger(desk: Path, points: Path) -> None:
    kin, asked, warnings = similarity(desk, points, "source")
    stranger, _, _ = similarity(desk, points, "stranger")
    assert kin > 5 * abs(stranger)
    assert asked == 1020 + read_points(points)[0].asked
    assert any("undecided" in one for one in warnings)


def test_the_other_side_pays_nothing_for_the_search(desk: Path, points: Path) -> None:
    similarity(desk, points, "source")
    report = json.loads((desk / "source.json").read_text())
    assert report["queries"]["source"] == 1020


def test_pictures_of_a_folder_are_asked_first(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(0)
    for number in range(3):
        pixels = rng.integers(0, 256, size=(8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{number}.png")
    out = tmp_path / "more.points"
    given = ["--out", str(out), "--pictures", str(tmp_path), "--cache", str(desk / "cache")]
    assert main(["undecided", str(desk / "steep.onnx"), *given, "--quiet"]) == 0
    assert f"in {read_points(out)[0].asked} queries" in capsys.readouterr().out


def test_a_model_of_one_answer_is_refused(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--out", str(tmp_path / "a.points"), "--cache", str(desk / "cache")]
    assert main(["undecided", str(desk / "mute.onnx"), *given, "--quiet"]) == 2
    assert "wavered on none" in capsys.readouterr().err
    assert not (tmp_path / "a.points").exists()


def test_another_ending_is_refused(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--out", str(tmp_path / "a.npz"), "--cache", str(desk / "cache")]
    assert main(["undecided", str(desk / "steep.onnx"), *given, "--quiet"]) == 2
    assert "a.points" in capsys.readouterr().err

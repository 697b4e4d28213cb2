"""Kin of the flagged model that the zoo takes for a stranger."""

from pathlib import Path

import pytest
from tests.apps.test_apps_graded import net, run

from modelkin.cli.main import main


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Zoos with a kin of the flagged model among the honest ones, and the same without."""
    folder = tmp_path_factory.mktemp("hidden")
    for name in ("models", "apps"):
        (folder / name).mkdir()
    net(folder / "models/flawed.onnx", backbone=1, head=1, classes=6)
    for number in range(3):
        net(folder / f"models/honest-{number}.onnx", backbone=10 + number, head=number, classes=6)
    record = ["fingerprint", "--pool", "graded-noise-v1", "--queries", "900", "--quiet"]
    record += ["--cache", str(folder / "cache")]
    main([*record, str(folder / "models"), "--zoo", str(folder / "clean")])
    net(folder / "models/kin.onnx", backbone=1, head=2, classes=6)
    main([*record, str(folder / "models"), "--zoo", str(folder / "spoilt")])
    net(folder / "apps/copy.onnx", backbone=1, head=3, classes=6)
    for number in range(2):
        net(folder / f"apps/other-{number}.onnx", backbone=20 + number, head=4, classes=6)
    return folder


def _flags(places: Path, zoo: str) -> tuple[dict[str, dict[str, str]], str]:
    arguments = [str(places / "apps"), "--zoo", str(places / zoo), "--flag", "flawed.onnx"]
    report = run(places, *arguments, "--alpha", "0.3")
    told = {Path(one["name"]).stem: one["flags"][0] for one in report["models"]}
    return told, " ".join(report["warnings"])


def test_nobody_is_cleared_by_a_reference_that_may_be_kin(places: Path) -> None:
    told, warnings = _flags(places, "spoilt")
    assert told["copy"]["verdict"] != "no-evidence"
    assert "which shares weights with the flagged model" in told["copy"]["reason"]
    assert "kin.onnx shares weights with the flagged 'flawed.onnx'" in warnings


def test_other_references_clear_as_before(places: Path) -> None:
    told, warnings = _flags(places, "clean")
    assert told["copy"]["verdict"] != "no-evidence"
    assert "shares weights" not in warnings
    spoilt, _ = _flags(places, "spoilt")
    cleared = {name for name, flag in told.items() if flag["verdict"] == "no-evidence"}
    kept = {name for name, flag in spoilt.items() if flag["verdict"] == "no-evidence"}
    assert cleared
    assert cleared & kept
    assert not kept - cleared

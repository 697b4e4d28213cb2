"""The same Keras model in both of its formats, compared."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.models import tiny_keras

from modelkin.cli.main import main
from modelkin.testing.extras import needs_extra


def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    named = ("--cache", str(tmp_path / "cache"), "--json", "-", "--queries", "120")
    code = main(["compare", *arguments, *named])
    shown = capsys.readouterr()
    return code, json.loads(shown.out) if shown.out else {"error": shown.err}


@needs_extra("keras", "keras")
def test_keras_net_is_identical_in_both_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, seed in (("net.keras", 0), ("net.h5", 0), ("other.keras", 5)):
        tiny_keras.convolutional(seed).save(tmp_path / name)
    source, twin, other = (str(tmp_path / name) for name in ("net.keras", "net.h5", "other.keras"))
    code, report = run(tmp_path, capsys, source, twin)
    assert (code, report["relation"]) == (1, "identical")
    code, report = run(tmp_path, capsys, source, other)
    assert (code, report["relation"]) == (4, None)

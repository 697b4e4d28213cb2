"""Running a bench by name and writing what it found."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from modelkin.bench import running
from modelkin.bench.figures import BenchResult, Figure
from modelkin.cli.main import app
from modelkin.errors import UnknownNameError, UsageError

RESULT = BenchResult(
    bench="toy",
    figures={"auc": Figure(value=0.5, low=0.25, high=0.75, n=4)},
    rows=({"a": 1, "b": {"c": [1, 2]}}, {"a": 2}),
    markdown="# Toy\n",
    page="<!doctype html>toy",
    pictures={"toy.svg": "<svg/>"},
)


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> str:
    module = ModuleType("modelkin.bench.toy")
    module.__dict__["run"] = lambda **_: RESULT
    monkeypatch.setitem(sys.modules, "modelkin.bench.toy", module)
    monkeypatch.setattr(running, "BENCHES", (*running.BENCHES, "toy"))
    monkeypatch.setattr(running, "WITH_PAGE", ("toy",))
    return "toy"


def test_a_bench_writes_json_markdown_pictures_and_page(toy: str, tmp_path: Path) -> None:
    options = ["--json", "toy.json", "--markdown", "toy.md", "--html", "toy.html"]
    paths = [str(tmp_path / one) if one.startswith("toy") else one for one in options]
    done = CliRunner().invoke(app, ["bench", toy, *paths], catch_exceptions=False)
    assert done.exit_code == 0
    assert "# Toy" in done.stdout
    written = json.loads((tmp_path / "toy.json").read_text(encoding="utf-8"))
    assert written["rows"] == list(RESULT.rows)
    assert written["figures"]["auc"]["high"] == 0.75
    assert (tmp_path / "toy.md").read_text(encoding="utf-8") == RESULT.markdown
    assert (tmp_path / "toy.svg").read_text(encoding="utf-8") == "<svg/>"
    assert (tmp_path / "toy.html").read_text(encoding="utf-8") == RESULT.page


def test_json_has_a_line_a_row_and_a_line_a_figure() -> None:
    record = running.as_record(RESULT, small=False, seed=0)
    text = running.as_json(record)
    assert json.loads(text) == json.loads(json.dumps(record))
    assert sum(line.startswith('{"a"') for line in text.splitlines()) == 2
    assert sum(line.startswith('"auc": {"value"') for line in text.splitlines()) == 1
    halves = {**record, "rows": [{"a": 1.0, "b": [0.5, 2.0, None], "c": {"d": 1e-9}}]}
    assert '{"a":1,"b":[0.5,2,null],"c":{"d":1e-09}}' in running.as_json(halves)
    bare = {**record, "rows": []}
    assert json.loads(running.as_json(bare)) == json.loads(json.dumps(bare))


def test_a_bench_without_a_page_says_so_before_it_runs() -> None:
    with pytest.raises(UsageError, match="'overhead' writes no HTML page"):
        running.known_bench("overhead", with_page=True)


def test_unknown_benches_are_named() -> None:
    with pytest.raises(UnknownNameError, match="no bench named 'overhad'") as told:
        running.known_bench("overhad")
    assert told.value.hint == "did you mean 'overhead'?"

"""The figures of the page on own heads are those of the result file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/heads.md"
RESULT = ROOT / "benchmarks/results/heads.json"
_ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
_TEXT = re.compile(r"(\.\d{3}|1\.000)<!-- (\w+) -->")


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return found


def test_every_figure_of_the_tables_is_measured(result: dict[str, Any]) -> None:
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) >= 80
    for name, value, interval in rows:
        one = result["figures"][name]
        assert value.strip() == f"{one['value']:.3f}", name
        assert interval.strip() == f"{one['low']:.3f} to {one['high']:.3f}", name


def test_every_figure_of_the_text_is_measured(result: dict[str, Any]) -> None:
    named = _TEXT.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) >= 8
    for value, name in named:
        assert float(value) == round(result["figures"][name]["value"], 3), name


def test_the_whole_study_was_measured(result: dict[str, Any]) -> None:
    assert result["bench"] == "heads"
    assert result["small"] is False
    assert result["missing"] == {}
    for null in ("n1", "same_data", "n2", "n3", "equal", "equal_n3"):
        for queries in ("", "_q225", "_q900"):
            assert {f"auc_{null}{queries}", f"tpr_at_fpr1_{null}{queries}"} <= set(
                result["figures"]
            )


def test_what_the_page_concludes_is_what_was_measured(result: dict[str, Any]) -> None:
    value = {name: one["value"] for name, one in result["figures"].items()}
    for level in ("5", "1"):
        for null in ("n1", "n3"):
            name = f"tpr_at_fpr{level}_{null}"
            assert value[f"relative_{name}"] > value[f"partial_{name}"] > value[name]
    for queries in (28, 56):
        pool, own = (
            value[f"original_{score}_auc_n3_q{queries}"] for score in ("graded_cka", "probed_twins")
        )
        assert own > pool + 0.1
    by = "false_n3_at_10_by_strangers"
    assert value[f"relative_{by}"] > value[f"partial_{by}"] > value[by] > 0.2
    assert value["by_siblings_false_n3_at_10"] < value["relative_false_n3_at_10"]


def test_what_the_page_says_of_thresholds_on_families_never_seen(result: dict[str, Any]) -> None:
    row = next(
        row
        for row in result["rows"]
        if (row["method"], row["queries"], row["null"]) == ("relative", 3600, "n3")
        and row["precision"] == row["tuned"] == "all"
    )
    page = PAGE.read_text(encoding="utf-8")
    five, one = f"{row['fpr_at_5']:.3f}"[1:], f"{row['fpr_at_1']:.3f}"[1:]
    assert f"it lets through {five} where 5 % are wanted and {one} where 1 % is" in page

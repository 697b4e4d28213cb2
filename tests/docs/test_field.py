"""The figures of the page on the field study are those of the result file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/field.md"
RESULT = ROOT / "benchmarks/results/field.json"
_ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", re.MULTILINE)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return found


def test_every_figure_of_the_page_is_measured(result: dict[str, Any]) -> None:
    rows = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len(rows) >= 20
    for name, value, interval in rows:
        one = result["figures"][name]
        assert value.strip() == f"{one['value']:.3f}", name
        assert interval.strip() == f"{one['low']:.3f} to {one['high']:.3f}", name


def test_the_page_names_all_refused_and_failed_models(result: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for row in result["rows"]:
        listed = f"`{row['file']}`" in page
        assert listed is (row["outcome"] != "rated"), row["file"]


def test_the_whole_corpus_was_measured(result: dict[str, Any]) -> None:
    assert result["bench"] == "field"
    assert result["small"] is False
    targets = ("auc_colour", "tpr_at_fpr5_colour", "auc_float", "auc_twins", "false_related_hard")
    measured = {*result["figures"], *result["missing"]}
    assert {*targets, "cannot_tell", "preprocessing_right", "auc_equal_signature"} <= measured

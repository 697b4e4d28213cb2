"""Tables of the docs that a bench makes show what it measured."""

import json
import re
from pathlib import Path
from typing import Any

import pytest


def figures(bench: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        Path(f"benchmarks/results/{bench}.json").read_text(encoding="utf-8")
    )["figures"]
    return found


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of each row under a heading, without marks."""
    text = Path(f"docs/{page}.md").read_text(encoding="utf-8")
    table = text.partition(heading)[2].partition("\n\n")[0]
    return [
        [cell.strip(" `*") for cell in line.strip("|").split("|")]
        for line in table.splitlines()[2:]
    ]


def test_impressions_are_judged_as_the_bench_says() -> None:
    measured, found = figures("modelreuse"), rows("methods", "| queries | extracted copies found ")
    tails = {
        "class impressions": "_impressions",
        "the pool that suits": "",
        "training-set": "_data",
    }
    assert {row[0] for row in found} == set(tails)
    for name, *cells in found:
        keys = [
            f"{what}{tails[name]}_q100"
            for what in (
                "found_extraction",
                "accused",
                "accused_n2",
                "accused_same_data",
                "accused_n3",
            )
        ]
        assert cells == [f"{measured[key]['value']:.3f}" for key in keys]


_RULES = {
    "raw similarity": "raw",
    "suspect among the cohort": "suspect_in_cohort",
    "cohorts of references without the suspect": "cohort_without_suspect",
    "half of the families explain, half calibrate": "halves",
}


@pytest.mark.parametrize(
    ("heading", "before"),
    [("| rule | smallest p | 5 fam", ""), ("| labels only | 5 fam", "label_")],
)
def test_cohort_rules_find_what_the_bench_says(heading: str, before: str) -> None:
    measured, found = figures("calibration"), rows("decisions", heading)
    assert {row[0] for row in found} == set(_RULES)
    for name, *cells in found:
        stem = f"{before}rule_{_RULES[name]}"
        keys = [f"{stem}_{size}" for size in (5, 10, 19, 22)] + [f"{stem}_22_honest"]
        assert cells[-5:] == [f"{measured[key]['value']:.2f}" for key in keys], name


_KNOWN = {
    "references only, 10,000 candidates": "",
    "references only, 1,000 candidates": "default_",
    "own copies, other kinds": "own_",
    "own copies of all other kinds": "each_",
    "references only, unguarded": "unguarded_",
}
_MARGINS = {"none": "_margin_0", "half": "", "whole": "_margin_1"}


@pytest.mark.parametrize("side", ["", "aside_"])
def test_the_sequential_verdict_is_stated_as_measured(side: str) -> None:
    heading = "| aside: known | margin" if side else "| known | margin"
    measured, found = figures("labels"), rows("bench-labels", heading)
    assert {row[0] for row in found} == set(_KNOWN)
    for name, margin, median, detected, false, pairs in found:
        stem, end = f"{side}{_KNOWN[name]}anytime", _MARGINS[margin]
        one = measured[f"{stem}_false{end}"]
        assert median == f"{measured[f'{stem}_median_queries{end}']['value']:.0f}"
        assert detected == _with_interval(measured[f"{stem}_detected{end}"], 3, 1)
        assert false == _with_interval(one, 3, 100)
        assert pairs == str(one["n"])


def _with_interval(figure: dict[str, Any], places: int, times: int) -> str:
    value, low, high = (f"{times * figure[key]:.{places}f}" for key in ("value", "low", "high"))
    percent = " %" if times > 1 else ""
    return f"{value}{percent} ({low} to {high})"


def test_the_page_has_no_other_figures_of_a_sequential_verdict() -> None:
    text = Path("docs/bench-labels.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| (?:aside: )?known \|", text, re.MULTILINE)) == 2

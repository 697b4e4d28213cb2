"""The tables of the page 'What works for what' are those of the result file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/what-works.md"
RESULT = ROOT / "benchmarks/results/modelreuse.json"
_ACCESS = ("scores", "label", "top-1")
_TYPES = {
    "modified": "modification",
    "distilled": "distilled",
    "stolen (outputs)": "stolen",
    "stolen (labels)": "label-stolen",
    "stolen (synthetic)": "synthetic-stolen",
}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(RESULT.read_text(encoding="utf-8"))["rows"]
    return [row for row in found if "hole" not in row]


def _row(
    rows: list[dict[str, Any]], method: str, queries: str, budget: int, *, cohort: bool
) -> Any:  # noqa: ANN401
    wanted = (method, queries, budget, cohort)
    fitting = [
        row
        for row in rows
        if (row["method"], row["queries"], row["budget"], row["cohort"]) == wanted
    ]
    return min(fitting, key=lambda row: _ACCESS.index(row["access"]))


def _shown(figure: list[float] | None) -> str:
    return "-" if figure is None else f"{figure[0]:.2f}"


def _tables() -> list[tuple[list[str], list[list[str]]]]:
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        head, _, *lines = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()
        )
        found.append((head, lines))
    return found


def _named(cell: str) -> tuple[str, bool]:
    return cell.split("`")[1], "+ cohort" in cell


def test_tables_by_reuse_type(rows: list[dict[str, Any]]) -> None:
    tables = [table for table in _tables() if "N3 only" in table[0]]
    settings = [("image-mix-v1", True), ("image-mix-v1", False), ("training-set", True)]
    for (head, lines), (queries, cohort) in zip(tables, settings, strict=True):
        assert len(lines) >= 15
        for name, *cells in lines:
            row = _row(rows, _named(name)[0], queries, 100, cohort=cohort)
            known = {
                "all": row["tpr5"],
                "transfer, own threshold": row["own"].get("transfer", {}).get("tpr5"),
                "N3 only": row["nulls"]["N3"]["tpr5"],
                **{title: row["types"].get(key) for title, key in _TYPES.items()},
            }
            assert cells == [_shown(known[title]) for title in head[1:]]


def test_tables_by_source_of_queries(rows: list[dict[str, Any]]) -> None:
    everything, transfers = (table for table in _tables() if "dead-leaves" in table[0])
    for name, *cells in everything[1]:
        method, cohort = _named(name)
        shown = [
            _shown(_row(rows, method, queries, 100, cohort=cohort)["tpr5"])
            for queries in everything[0][1:]
        ]
        assert cells == shown
    for name, *cells in transfers[1]:
        method, cohort = _named(name)
        shown = [
            _shown(_row(rows, method, queries, 100, cohort=cohort)["own"]["transfer"]["tpr5"])
            for queries in transfers[0][1:]
        ]
        assert cells == shown


def test_table_of_budgets(rows: list[dict[str, Any]]) -> None:
    [(head, lines)] = [table for table in _tables() if table[0][-1] == "500"]
    for name, *cells in lines:
        method, cohort = _named(name)
        found = [_row(rows, method, "image-mix-v1", int(b), cohort=cohort) for b in head[1:]]
        assert cells == [_shown(row["tpr5"]) for row in found]


def test_modeldiffs_rule(rows: list[dict[str, Any]]) -> None:
    [(head, lines)] = [table for table in _tables() if table[0][0] == "queries"]
    for queries, *cells in lines:
        rules = _row(rows, "ddv_white_box", queries, 100, cohort=False)["rules"]
        keys = [_TYPES.get(title, title) for title in head[1:]]
        assert cells == [_shown(rules[key]) for key in keys]


def test_what_the_page_concludes(rows: list[dict[str, Any]]) -> None:
    """The sentences of 'In short' that rest on a number."""
    for queries in ("gaussian", "uniform", "dead-leaves"):
        row = _row(rows, "whitened_cka", queries, 100, cohort=True)
        assert row["own"]["transfer"]["tpr5"][0] > 0.95
    twins = _row(rows, "ddv_white_box", "training-set", 100, cohort=False)
    assert twins["rules"]["stolen"][0] < 0.1
    assert min(twins["types"][kind][0] for kind in ("transferred", "modification")) > 0.99
    for method in ("log_correlation", "theiss_js", "zest", "label_agreement", "ipguard_bisection"):
        plain, with_cohort = (
            _row(rows, method, "image-mix-v1", 100, cohort=cohort)["tpr5"][0]
            for cohort in (False, True)
        )
        assert with_cohort > plain


def test_verdicts_of_compare() -> None:
    every = json.loads(RESULT.read_text(encoding="utf-8"))["rows"]
    rows = [row for row in every if row["method"] == "compare"]
    [(head, lines)] = [table for table in _tables() if "accused: all" in table[0]]
    if not rows:
        pytest.skip("the result file is from before the bench measured verdicts")
    shown = {
        (
            f"{row['budget']} {row['access']}{'' if row['cohort'] else ', no cohort'}",
            row["queries"],
        ): row
        for row in rows
    }
    assert len(lines) == len(shown)
    for title, queries, found, *cells in lines:
        row = shown[title, queries]
        groups = [name.removeprefix("accused: ") for name in head[3:]]
        sides = ["accused" if name.startswith("accused: ") else "found" for name in head[3:]]
        expected = [_shown(row[side].get(group)) for side, group in zip(sides, groups, strict=True)]
        assert [found, *cells] == [_shown(row["found"]["all"]), *expected]

"""The pages on references and evasions show what their benches measured."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

_ROW = re.compile(r"^\| `([\w.-]+)` \|(.*)\|$", re.MULTILINE)


def figures(bench: str) -> dict[str, Any]:
    text = Path(f"benchmarks/results/{bench}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)["figures"]
    return found


def rows(page: str, heading: str) -> dict[str, list[str]]:
    text = Path(f"docs/{page}.md").read_text(encoding="utf-8")
    table = text.partition(heading)[2].partition("\n\n")[0]
    return {
        name: [cell.strip() for cell in cells.split("|")] for name, cells in _ROW.findall(table)
    }


def shown(figure: dict[str, Any] | None) -> str:
    return "-" if figure is None else f"{figure['value'] + 0.0:.2f}".replace("-0.00", "0.00")


def test_references_page_shows_the_rates() -> None:
    found = rows("references", "| references | N1 ")
    measured = figures("references")
    assert len(found) >= 4
    for origin, cells in found.items():
        stem = origin.removesuffix("-uncapped").replace("-", "_")
        what = "uncapped_" if origin.endswith("-uncapped") else ""
        wanted = [
            shown(measured.get(f"{stem}_{null}_{what}fpr_at_5"))
            for null in ("n1", "n2", "same_data", "n3")
        ]
        wanted.append(shown(measured.get(f"{stem}_copies_{what}found_at_5")))
        assert cells == wanted, origin


def test_evasions_page_shows_the_losses() -> None:
    found = rows("evasions", "| evasion | accuracy lost ")
    measured = figures("evasions")
    assert len(found) >= 20
    for name, cells in found.items():
        bare = name.removesuffix("-unlevelled")
        cost = "removed_accuracy_lost" if name.startswith("removed") else f"{bare}_accuracy_lost"
        shown_of = ("found", "rule_lost", "raw_lost", "lost", "remarked")
        keys = (cost, *(f"{name}_{what}" for what in shown_of))
        assert cells == [shown(measured.get(key)) for key in keys], name


@pytest.mark.parametrize("bench", ["references", "evasions"])
def test_results_come_with_intervals(bench: str) -> None:
    for name, figure in figures(bench).items():
        assert figure["low"] <= figure["value"] + 1e-9, name
        assert figure["value"] <= figure["high"] + 1e-9, name
        assert figure["n"] > 0

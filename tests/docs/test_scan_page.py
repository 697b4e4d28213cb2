"""The page on scans shows what the bench measured."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_SHOWN = ((9, 0.1), (14, 0.05), (19, 0.05), (22, 0.05), (25, 0.05), (25, 0.01))


def result() -> dict[str, Any]:
    text = (ROOT / "benchmarks/results/scan.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def rate_lines(record: dict[str, Any]) -> list[str]:
    """The rows of the page's table, made of the record."""
    rows = {(row["zoo"], row["alpha"]): row for row in record["rows"]}
    chosen = [rows[key] for key in (*_SHOWN, ("of another kind", 0.05))]
    return [
        f"| {row['zoo']} | {row['alpha']:g} "
        f"| {row['any_false']:.3f} (to {row['any_false_high']:.3f}) "
        f"| {row['false']}, {row['false_same_architecture']} | {row['cleared_share']:.2f} "
        f"| {row['power']:.2f} | {row['power_any']:.2f} |"
        for row in chosen
    ]


def cost_lines(record: dict[str, Any]) -> list[str]:
    names = (
        "identify_ratio",
        "corpus_minutes",
        "corpus_models",
        "rescan_asked",
        "rescan_seconds",
        "nearest_kin_right",
        "flag_false_at_5",
        "flag_power_at_5",
        "flag_false_at_5_other_kind",
    )
    figures = record["figures"]
    return [
        f"| `{name}` | {figures[name]['value']:.3g} | {figures[name]['target'] or '-'} |"
        for name in names
    ]


def test_the_page_shows_what_was_measured() -> None:
    page = (ROOT / "docs/apps.md").read_text(encoding="utf-8")
    record = result()
    assert not record["small"]
    for line in (*rate_lines(record), *cost_lines(record)):
        assert line in page, line


def test_the_targets_were_met() -> None:
    figures = result()["figures"]
    assert figures["identify_ratio"]["high"] <= 3
    assert figures["corpus_minutes"]["value"] <= 30
    assert figures["rescan_asked"]["value"] == 0
    assert figures["flag_false_at_5"]["low"] <= 0.05

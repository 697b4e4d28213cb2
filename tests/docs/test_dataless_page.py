"""The tables of the page 'Models told apart without data' are those of the result file."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/dataless.md"
RESULT = ROOT / "benchmarks/results/dataless.json"


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    assert not found["small"]
    return found


def _tables() -> list[tuple[list[str], list[list[str]]]]:
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        head, _, *lines = (
            [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            for line in block.splitlines()
        )
        found.append((head, lines))
    return found


def _shown(figure: dict[str, Any]) -> str:
    return f"{figure['value']:.3f} [{figure['low']:.3f}, {figure['high']:.3f}]"


def test_figures(result: dict[str, Any]) -> None:
    tables = [lines for head, lines in _tables() if head[0] == "figure"]
    assert len(tables) == 4
    for name, shown, target in (line for lines in tables for line in lines):
        figure = result["figures"][name]
        assert shown == _shown(figure), name
        assert target == (figure["target"] or "-"), name


def test_figures_by_query_measure(result: dict[str, Any]) -> None:
    [(head, lines)] = [table for table in _tables() if table[0][0] == "query measure"]
    assert len(lines) == 5
    for measure, *cells in lines:
        names = [f"{name}_{measure.replace('-', '_')}" for name in head[1:]]
        assert cells == [_shown(result["figures"][name]) for name in names]


def test_areas_by_distance(result: dict[str, Any]) -> None:
    known = {
        (row["question"], row["kinds"], row["measure"], row["estimator"]): row["value"]
        for row in result["rows"]
    }
    [(head, lines)] = [table for table in _tables() if table[0][0] == "pairs"]
    assert len(lines) == 6
    for asking, kind, *cells in lines:
        values = [known[asking, kind, "image-mix-v1", estimator] for estimator in head[2:]]
        assert cells == [f"{value:.2f}" for value in values]


def test_what_the_page_concludes(result: dict[str, Any]) -> None:
    """The sentences of 'In short' that rest on a number."""
    figures = {name: figure["value"] for name, figure in result["figures"].items()}
    rows = {
        (row["question"], row["kinds"], row["measure"], row["estimator"]): row["value"]
        for row in result["rows"]
    }
    dataless = ("uniform", "gaussian", "image-mix-v1", "gan-samples")
    assert 0.975 < figures["svm_auc"] < 0.99
    assert figures["generator_auc"] > 0.99
    assert figures["generator_pointwise_auc"] < 0.8
    assert figures["cnn_auc"] < 0.8
    assert figures["cnn_auc_test_images"] > 0.99
    centred = [
        rows["one-recipe", "cnn", measure, "log-correlation-centred"] for measure in dataless
    ]
    assert min(centred) > 0.975
    for name, least, most in (("nearest", 0.98, 1.0), ("nearest-other-recipe", 0.85, 0.935)):
        shares = [rows[name, "cnn", measure, "log-correlation-centred"] for measure in dataless]
        assert least <= min(shares)
        assert max(shares) <= most
    assert figures["cnn_vs_svm_auc"] < 0.7
    assert figures["critic_auc"] < 0.65
    for kind in ("cnn", "svm", "generator", "critic"):
        assert abs(figures[f"halves_auc_{kind}"] - 0.5) < 0.06
    same = rows["halves-one-recipe", "svm", "image-mix-v1", "log-correlation-centred"]
    assert 0.85 < same < 0.87
    assert figures["dataset_found"] <= figures["dataset_false_other_half"] <= 0.1
    assert figures["dataset_pictures_found"] > 0.6
    assert figures["dataset_pictures_false_other_half"] <= 0.1
    assert not [note for note in result["notes"] if "degenerate" in note]

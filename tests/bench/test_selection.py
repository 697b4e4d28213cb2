"""The bench of chosen queries: needs a recorded zoo, and the page shows what it measured."""

import json
import re
from pathlib import Path

import pytest

from modelkin.bench.selection import run
from modelkin.errors import UsageError
from modelkin.pipeline.progress import Silent


def test_a_missing_zoo_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELKIN_CACHE", str(tmp_path))
    with pytest.raises(UsageError, match="no zoo"):
        run(data=tmp_path, small=True, seed=0, progress=Silent())


def test_the_page_shows_what_was_measured() -> None:
    found = json.loads(Path("benchmarks/results/selection.json").read_text(encoding="utf-8"))
    figures = found["figures"]
    page = Path("docs/selection.md").read_text(encoding="utf-8")
    heading, _, rest = page.partition("| scheme | ")[2].partition("\n")
    groups = [cell.strip().replace("-", "_") for cell in heading.split("|") if cell.strip()]
    rows = re.findall(r"^\| `([\w]+)` \|(.*)\|$", rest.partition("\n\n")[0], re.MULTILINE)
    assert len(rows) == 7
    for scheme, cells in rows:
        for group, cell in zip(groups, cells.split("|"), strict=True):
            name = f"{scheme}_fpr" if group == "honest" else f"{scheme}_{group}_tpr"
            assert cell.strip() == f"{figures[name]['value']:.2f}", name

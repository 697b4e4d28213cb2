"""The page of formats names every format, and no other."""

import re
from pathlib import Path

from modelkin.registry import names


def test_every_format_has_its_row() -> None:
    page = Path("docs/formats.md").read_text(encoding="utf-8").partition("## Installed size")[0]
    rows = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert sorted(rows) == sorted(names("format"))

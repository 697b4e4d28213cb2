"""What was made, for people and for programs."""

import json
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelkin.making.derived import Derived, DerivedCopy
from modelkin.report.formatting import harmless, number, percent


def as_json(found: Derived) -> str:
    """The copies, what was left out and why."""
    content: dict[str, Any] = asdict(found)
    return json.dumps({**content, "folder": str(found.folder)}, indent=2) + "\n"


def print_derived(found: Derived, console: Console) -> None:
    """One row a copy, then what could not be made."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("copy", "same class", "similarity", ""):
        table.add_column(heading, justify="left" if heading in {"copy", ""} else "right")
    for copy in found.copies:
        agreement = "-" if copy.agreement is None else percent(copy.agreement)
        similarity = "-" if copy.similarity is None else number(copy.similarity)
        table.add_row(*map(Text, (harmless(copy.name), agreement, similarity, _remark(copy))))
    console.print(table)
    asked = f"checked with {found.queries} queries" if found.queries else "not asked: queries cost"
    console.print(f"{len(found.copies)} copies in {harmless(str(found.folder))}; {asked}")
    for one in found.skipped:
        console.print(Text(f"skipped {one.subject}: {harmless(one.reason)}"))
    for lost in found.failed:
        console.print(Text(f"failed {lost.subject}: {harmless(lost.reason)}"))


def _remark(copy: DerivedCopy) -> str:
    lost = "lost its function" if copy.lost else ""
    return "; ".join(filter(None, (lost, copy.note)))

"""Several suspects on one command line: one error rate, one table."""

import json as writer
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from modelkin.cli.options import write_text

if TYPE_CHECKING:
    from modelkin.pipeline.options import CompareOptions
    from modelkin.records import Verdict


def compare_many(
    source: str,
    suspects: Sequence[str],
    references: Sequence[str],
    options: "CompareOptions",
    *,
    files: Sequence[Path | None],
    json: str | None,
    quiet: bool,
) -> "Verdict":
    """Compare every suspect, print a table, return the verdict over all.

    Args:
        source: the claimed original.
        suspects: two or more.
        references: honest models.
        options: of each compare.
        files: where a report page or evidence was wanted, which are of one suspect.
        json: where to write JSON.
        quiet: no progress bars.

    Raises:
        UsageError: a file of one suspect is wanted.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from modelkin.cli.progress import Bars
    from modelkin.errors import UsageError
    from modelkin.pipeline.many import run_many
    from modelkin.report.formatting import brief, number, plain, probability

    if any(files):
        raise UsageError(
            "--html and --evidence hold one suspect",
            hint="compare that suspect alone; its answers are recorded, so nothing is asked again",
        )
    found = run_many(source, suspects, references, options, Bars(quiet=quiet))
    if json is not None:
        write_text(json, writer.dumps(found.as_json(), indent=2, allow_nan=False) + "\n")
    if json == "-":
        return found.verdict
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("suspect", "verdict", "similarity", "p", "p over all"):
        table.add_column(heading, overflow="fold")
    for report, adjusted in zip(found.reports, found.adjusted, strict=True):
        decision = report.decision
        p_values = (decision.p_value, adjusted)
        cells = [brief(report.suspect.name), decision.verdict, number(decision.similarity.value)]
        cells += ["-" if p is None else probability(p) for p in p_values]
        table.add_row(*(Text(cell) for cell in cells))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for report in found.reports:
        console.print(Text(plain(f"{report.suspect.name}: {report.decision.reason}")))
    for one in found.failed:
        console.print(Text(plain(f"failed: {one.subject}: {one.reason}")))
    console.print(
        Text(
            f"alpha {options.alpha:g} is shared over {found.asked} suspects (Holm 1979): the "
            "chance to call any honest one of them related is at most alpha"
        )
    )
    return found.verdict

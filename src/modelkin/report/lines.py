"""What the texts of all reports share."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelkin.records import DatasetReport, Report
from modelkin.report.formatting import brief, plain


def say(console: Console, what: Text | Table | None = None) -> None:
    """Print as it is; an empty line for nothing."""
    console.print(Text() if what is None else what, highlight=False, markup=False, emoji=False)


def closing_lists(
    report: Report | DatasetReport, limits: Iterable[str]
) -> Iterator[tuple[str, list[str]]]:
    """Titles and lines of what went wrong, and of what the verdict does not show."""
    if report.warnings:
        yield "Warnings", [plain(warning) for warning in report.warnings]
    if report.failed:
        yield (
            "Failed",
            [
                f"{brief(one.subject)}: {plain(one.reason)} ({plain(one.hint)})"
                for one in report.failed
            ],
        )
    if report.skipped:
        yield "Skipped", [f"{brief(one.subject)}: {plain(one.reason)}" for one in report.skipped]
    yield "What this verdict does not show", list(limits)

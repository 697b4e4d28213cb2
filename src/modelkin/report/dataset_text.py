"""The use of a data set as text for a terminal."""

import io
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelkin.records import DatasetReport, Role, Verdict
from modelkin.report import dataset_wording as wording
from modelkin.report.dataset_plot import lane_plot
from modelkin.report.formatting import sentence
from modelkin.report.lines import closing_lists, say

_COLOURS = {
    Verdict.RELATED: "bold yellow",
    Verdict.NO_EVIDENCE: "bold green",
    Verdict.INCONCLUSIVE: "bold cyan",
}
_WORDS = {
    Verdict.RELATED: "RELATED (same-data)",
    Verdict.NO_EVIDENCE: "NO EVIDENCE",
    Verdict.INCONCLUSIVE: "INCONCLUSIVE",
}
_TITLES = {Role.TRAINED_ON: "trained-on", Role.OTHER: "others"}
_ASCII = str.maketrans({"“": '"', "”": '"', "…": "...", "\u2013": "-", "·": ".", "◆": "X"})
_ENDS = 32
_LEAST, _MOST = 16, 72
_TITLE = 11


def render_dataset_text(report: DatasetReport, console_width: int = 100) -> str:
    """Write a report as plain text without colours."""
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=console_width,
        color_system=None,
        force_terminal=False,
        legacy_windows=False,
        _environ={},
    )
    print_dataset(report, console)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def print_dataset(report: DatasetReport, console: Console) -> None:
    """Print a report; names of models are untrusted and never read as markup."""
    if console.options.ascii_only:
        text = render_dataset_text(report, console.width).translate(_ASCII)
        known = text.encode(console.encoding, "replace").decode(console.encoding)
        say(console, Text(known.rstrip("\n")))
        return
    decision = report.decision
    say(console, Text(_WORDS[decision.verdict], style=_COLOURS[decision.verdict]))
    say(console, Text(wording.verdict_sentence(report), style="bold"))
    say(console, Text(sentence(decision.reason)))
    say(console)
    for line in _lanes(report, console):
        say(console, line)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", overflow="fold", min_width=12)
    table.add_column(overflow="fold", ratio=1)
    for label, text in wording.facts(report):
        table.add_row(Text(label), Text(text))
    say(console, table)
    for title, lines in closing_lists(report, wording.limits(report)):
        say(console)
        say(console, Text(title, style="bold"))
        bullets = Table.grid(padding=(0, 1, 0, 0))
        bullets.add_column(width=1)
        bullets.add_column(overflow="fold", ratio=1)
        for item in lines:
            bullets.add_row(Text("-"), Text(item))
        say(console, bullets)


def _lanes(report: DatasetReport, console: Console) -> Iterator[Text]:
    plot = lane_plot(report)
    if plot is None:
        return
    width = min(max(console.width - _ENDS, _LEAST), _MOST)
    ends = (plot.axis.ticks[0][1], plot.axis.ticks[-1][1])
    at = round(plot.mark.x * (width - 1))
    for lane in plot.lanes:
        cells = [" "] * width
        for dot in lane.dots:
            cell = round(dot.x * (width - 1))
            cells[cell] = "·" if cells[cell] == " " else ":"
        line = Text(f"{_TITLES[lane.role]:<{_TITLE}}{ends[0]} |")
        line.append("".join(cells[:at]))
        line.append("◆", style=_COLOURS[report.decision.verdict])
        line.append("".join(cells[at + 1 :]))
        line.append(f"| {ends[1]}")
        yield line
    yield Text(f"◆ {plot.mark.label}   · a model   : several", style="dim")
    yield Text()

"""A report as text for a terminal."""

import io
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from modelkin.records import ModelCard, Report, Verdict
from modelkin.report import facts, wording
from modelkin.report.dispute_wording import dispute_lines
from modelkin.report.formatting import (
    brief,
    count,
    counted,
    duration,
    interval,
    number,
    percent,
    plain,
    probability,
    sentence,
    short,
)
from modelkin.report.lines import closing_lists, say
from modelkin.report.parity_wording import parity_lines
from modelkin.report.power_wording import power_lines
from modelkin.report.precision_wording import precision_lines
from modelkin.report.selection_wording import selection_lines
from modelkin.report.sibling_wording import sibling_line
from modelkin.report.strip_plot import strip_plot

_COLOURS = {
    Verdict.RELATED: "bold yellow",
    Verdict.NO_EVIDENCE: "bold green",
    Verdict.INCONCLUSIVE: "bold cyan",
}
_ASCII = str.maketrans({"“": '"', "”": '"', "…": "...", "\u2013": "-", "·": ".", "◆": "X"})
_STRIP_ENDS = 20
_STRIP_LEAST, _STRIP_MOST = 16, 72
_NARROW = 70


def render_text(report: Report, console_width: int = 100) -> str:
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
    print_text(report, console)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"


def print_text(report: Report, console: Console) -> None:
    """Print a report; model names and other untrusted text are never read as markup."""
    if console.options.ascii_only:
        text = render_text(report, console.width).translate(_ASCII)
        known = text.encode(console.encoding, "replace").decode(console.encoding)
        say(console, Text(known.rstrip("\n")))
        return
    decision = report.decision
    word = wording.verdict_word(decision).upper()
    kind = f" ({decision.relation.value})" if decision.relation else ""
    say(console, Text(f"{word}{kind}", style=_COLOURS[decision.verdict]))
    say(console, Text(wording.verdict_sentence(report), style="bold"))
    say(console, Text(sentence(decision.reason)))
    say(console)
    say(console, _methods(report, console))
    say(console)
    for line in _strip(report, console):
        say(console, line)
    say(console)
    say(console, _facts(report))
    for title, lines in closing_lists(report, wording.limits(report)):
        say(console)
        say(console, Text(title, style="bold"))
        say(console, _bullets(lines))


def _methods(report: Report, console: Console) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("method", overflow="fold")
    for heading in ("similarity", "interval", "distance", "queries"):
        table.add_column(heading, justify="right", overflow="fold")
    narrow = console.width < _NARROW
    for row in facts.method_rows(report):
        name = Text(row.method + (" *" if row.decided else ""))
        cells = (row.value, row.interval, row.distance, row.queries)
        table.add_row(name, *(Text(cell) for cell in cells), style="bold" if row.decided else "")
    if narrow:
        table.padding = (0, 1, 0, 0)
    table.caption = "* decided; identical answers have similarity 1"
    table.caption_justify = "left"
    return table


def _strip(report: Report, console: Console) -> Iterator[Text]:
    plot = strip_plot(report)
    few, many, diamond = "·", ":", "◆"
    ends = (plot.axis.ticks[0][1], plot.axis.ticks[-1][1])
    width = min(max(console.width - _STRIP_ENDS, _STRIP_LEAST), _STRIP_MOST)
    cells = [" "] * width
    for dot in plot.dots:
        cell = round(dot.x * (width - 1))
        cells[cell] = few if cells[cell] == " " else many
    line = Text(f"{ends[0]} |")
    if plot.mark is not None:
        at = round(plot.mark.x * (width - 1))
        line.append("".join(cells[:at]))
        line.append(diamond, style=_COLOURS[report.decision.verdict])
        line.append("".join(cells[at + 1 :]))
    else:
        line.append("".join(cells))
    line.append(f"| {ends[1]}")
    yield line
    decision = report.decision
    what = "suspect" if decision.score is None else "suspect's partial similarity"
    key = f"{diamond} {what} {number(decision.judged)}"
    if plot.dots:
        key += f"   {few} a reference   {many} several"
    yield Text(key, style="dim")


def _bullets(lines: list[str]) -> Table:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(width=1)
    table.add_column(overflow="fold", ratio=1)
    for line in lines:
        table.add_row(Text("-"), Text(line))
    return table


def _facts(report: Report) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", overflow="fold", min_width=8)
    table.add_column(overflow="fold", ratio=1)
    for label, text in _rows(report):
        table.add_row(Text(label), Text(text))
    return table


def _rows(report: Report) -> Iterator[tuple[str, str]]:
    decision, null = report.decision, report.decision.null
    rated = decision.similarity
    yield (
        "similarity",
        (
            f"{number(rated.value)}, {percent(rated.confidence)} interval "
            f"{interval(rated.low, rated.high)}"
        ),
    )
    if null is not None and null.scores:
        if decision.score is not None:
            yield (
                "partial",
                (
                    f"{number(decision.score)}, with what "
                    f"{counted(null.cohort, 'honest family', 'honest families')} share taken out"
                ),
            )
        yield (
            "p-value",
            (
                f"{wording.p_text(decision)}, alpha = {probability(decision.alpha)}, "
                f"floor {wording.floor_text(null)}"
            ),
        )
        yield "null", f"{null.kind.value}, {null.kind.meaning}"
        yield (
            "references",
            (
                f"{counted(len(null.scores), 'model')} from "
                f"{counted(len(null.family_scores), 'independent family', 'independent families')}"
            ),
        )
        yield "siblings", sibling_line(decision) or ""
    else:
        yield "references", wording.null_sentence(decision)
    if decision.e_value is not None:
        yield "e-value", short(decision.e_value)
    if decision.adjusted_for > 1:
        yield "shared", f"alpha is shared over {counted(decision.adjusted_for, 'pair')}"
    yield "labels", plain(report.label_sets)
    for line in parity_lines(report.parity):
        yield "as an export", line
    for line in precision_lines(report.precision):
        yield "distance", line
    for line in power_lines(report.power):
        yield "power", line
    yield from selection_lines(report)
    yield from dispute_lines(report)
    yield "pool", facts.pool_line(report.pool)
    for name, reason in report.pool.dropped.items():
        yield "dropped", f"{plain(name)}: {plain(reason)}"
    yield "source", _side(report.source)
    yield "suspect", _side(report.suspect)
    yield (
        "run",
        (f"seed {report.run.seed}, {duration(report.run.seconds)}, rule {plain(decision.rule)}"),
    )


def _side(card: ModelCard) -> str:
    fed = card.preprocessing
    return (
        f"{brief(card.name)} ({plain(card.format)}, {card.access.value}); "
        f"asked {count(card.asked)} queries, {count(card.asked_now)} now"
        f"{f', {count(card.probes)} probes' if card.probes else ''}, {duration(card.seconds)}; "
        f"fed as {facts.feeding(fed)}: {facts.origin(fed)}"
    )

"""The study as Markdown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelkin.bench.figures import BenchResult, Figure

_FORMS = (
    ("^cannot_tell", "Models that tell nothing"),
    (r"(^|_)(power|false)_", "Verdicts"),
    ("_size_", "Other input sizes"),
    ("^(original|head)_", "Twins and metamers made for a source"),
    ("frozen_q", "Methods on frozen heads"),
    (r"_q\d+$", "By number of queries"),
    ("_(float|mixed|quantized|frozen|last|whole)", "By precision and tuning"),
    ("", "All pairs"),
)


def as_markdown(result: BenchResult, *, small: bool, seed: int) -> str:
    """Figures by topic, what is missing, and every row."""
    command = f"modelkin bench heads --seed {seed}{' --small' if small else ''}"
    lines = ["# Bench heads", "", f"Made by `{command}`.", ""]
    lines += [*(f"- {note}" for note in result.notes), ""]
    for title, names in reversed(sections(result.figures).items()):
        lines += [f"## {title}", "", *_table(result.figures, names), ""]
    if result.missing:
        lines += ["## Not measured", ""]
        lines += [f"- `{name}`: {why}" for name, why in result.missing.items()] + [""]
    return "\n".join([*lines, "## Everything", "", *_rows(result.rows), ""])


def sections(figures: Mapping[str, Figure]) -> dict[str, list[str]]:
    """Names of figures by topic."""
    found: dict[str, list[str]] = {title: [] for _, title in _FORMS}
    for name in figures:
        title = next(title for form, title in _FORMS if re.search(form, name))
        found[title].append(name)
    return {title: names for title, names in found.items() if names}


def _table(figures: Mapping[str, Figure], names: list[str]) -> Iterator[str]:
    yield "| figure | value | 95 % interval | n |"
    yield "| --- | --- | --- | --- |"
    for name in names:
        one = figures[name]
        yield f"| `{name}` | {one.value:.3f} | {one.low:.3f} to {one.high:.3f} | {one.n} |"


def _rows(rows: tuple[dict[str, Any], ...]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(rows[0])} |"
    yield "|" + " --- |" * len(rows[0])
    for row in rows:
        yield f"| {' | '.join('-' if value is None else str(value) for value in row.values())} |"

"""The field study as Markdown."""

import re
from collections.abc import Iterator, Mapping, Sequence

from modelkin.bench.figures import BenchResult, Figure

_HOLE = "-"
_LONGEST = 140
_OTHERS = "Other methods on the same queries"
_FORMS = (
    ("_is_", "By relation"),
    ("^sharp", "More decided heads"),
    ("_(first|second)_pool", "The second stage"),
    (r"_q\d+$", "By number of queries"),
    ("^(false|power|hard|kin)_", "Verdicts"),
    ("^(preprocessing|cannot|models)", "How models are fed, and which answer"),
    ("^auc_(grey|rows)", "Grey pictures and rows"),
    ("^(auc|tpr)_", "Colour models"),
)


def as_markdown(result: BenchResult) -> str:
    """Figures, what could not be measured, the map, and what became of every model."""
    lines = ["# Bench field", "", *(f"- {note}" for note in result.notes), ""]
    for title, names in sections(result.figures).items():
        lines += [f"## {title}", "", *_table(result.figures, names), ""]
    if result.missing:
        lines += ["## Not measured", ""]
        lines += [f"- `{name}`: {why}" for name, why in result.missing.items()] + [""]
    for file in result.pictures:
        lines += ["## Map", "", f"![{file}]({file})", ""]
    for title, outcome in (("Cannot tell", "cannot tell"), ("Could not be run", "failed")):
        found = [row for row in result.rows if row["outcome"] == outcome]
        if found:
            lines += [f"## {title}", ""]
            lines += [f"- `{row['file']}`: {_short(row['why'])}" for row in found] + [""]
    unsure = [row for row in result.rows if row["margin"] is not None and row["margin"] < 1]
    if unsure:
        lines += ["## Inferred value ranges that are not settled", ""]
        lines += [
            f"- `{row['file']}`: {row['convention']}, margin {row['margin']}" for row in unsure
        ] + [""]
    lines += ["## Models", "", *_models(result)]
    return "\n".join([*lines, ""])


def sections(figures: Mapping[str, Figure]) -> dict[str, list[str]]:
    """Names of figures by what they are about."""
    order = (*(title for _, title in reversed(_FORMS)), _OTHERS)
    about: dict[str, list[str]] = {title: [] for title in order}
    for name in figures:
        about[_section(name)].append(name)
    return {title: names for title, names in about.items() if names}


def _section(name: str) -> str:
    return next((title for form, title in _FORMS if re.search(form, name)), _OTHERS)


def _table(figures: Mapping[str, Figure], names: Sequence[str]) -> Iterator[str]:
    yield "| figure | value | 95 % interval | n | target |"
    yield "| --- | --- | --- | --- | --- |"
    for name in names:
        one = figures[name]
        yield (
            f"| `{name}` | {one.value:.3f} | {one.low:.3f} .. {one.high:.3f} | {one.n} | "
            f"{one.target or _HOLE} |"
        )


def _models(result: BenchResult) -> Iterator[str]:
    yield "| file | group | outcome | nearest kin | nearest stranger | queries | points |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in result.rows:
        near = [_HOLE if row[key] is None else f"{row[key]:.3f}" for key in ("kin", "stranger")]
        yield (
            f"| `{row['file']}` | {row['group'] or _HOLE} | {row['outcome']} | {near[0]} | "
            f"{near[1]} | {row['asked']} | {_HOLE if row['points'] is None else row['points']} |"
        )


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + " ..."

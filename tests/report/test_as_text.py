"""The text report: any width, any name, no colour where there is none."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from modelkin.records import Report
from modelkin.report.as_text import print_text, render_text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_lines_fit_any_width(report: Report, width: int) -> None:
    lines = render_text(report, width).splitlines()
    assert max(map(len, lines)) <= width


def test_there_is_nothing_but_printable_text(report: Report) -> None:
    text = render_text(report)
    assert all(character.isprintable() or character == "\n" for character in text)


def test_markup_in_names_is_text(sample: Callable[[str], Report]) -> None:
    buffer = io.StringIO()
    colourful = Console(file=buffer, width=200, force_terminal=True, color_system="truecolor")
    print_text(sample("hostile"), colourful)
    assert "[red]x[/]" in buffer.getvalue()
    assert "\x1b[31mred" not in buffer.getvalue()


def test_a_console_without_unicode_gets_ascii(report: Report) -> None:
    raw = io.BytesIO()
    plain = io.TextIOWrapper(raw, encoding="ascii")
    print_text(report, Console(file=plain, width=80))
    plain.flush()
    assert len(raw.getvalue()) > 500


def test_it_says_what_was_found(sample: Callable[[str], Report]) -> None:
    text = " ".join(render_text(sample("related"), 200).split())
    for part in (
        "RELATED (modified)",
        "null-contrastive-agreement *",
        "p = 0.111, alpha = 0.12, floor 1/(8 + 1) = 0.111",
        "N2, independent models trained on other samples of the same distribution",
        "24 models from 8 independent families",
        "inferred from the model's answers, margin 0.370",
        "noise: both models answer with one constant class",
        "the graph ends inside a node (download it again)",
        "What this verdict does not show",
    ):
        assert part in text


def test_it_says_when_there_is_nothing_to_judge_against(
    sample: Callable[[str], Report],
) -> None:
    text = render_text(sample("inconclusive"), 200)
    assert "nothing to judge this similarity against" in text
    assert "p = " not in text


def test_alpha_shared_over_pairs_is_said(sample: Callable[[str], Report]) -> None:
    assert "shared over 12 pairs" in render_text(sample("no-evidence"), 200)


def test_the_strip_shows_references_and_suspect(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    strip = next(line for line in render_text(report).splitlines() if "|" in line)
    assert strip.startswith("-0.2 |")
    assert strip.rstrip().endswith("| 1.0")
    assert strip.index("·") < strip.index("◆")


def test_an_undefined_suspect_is_not_on_the_strip(sample: Callable[[str], Report]) -> None:
    report = sample("undefined")
    strip = next(line for line in render_text(report).splitlines() if "|" in line)
    assert "◆" not in strip
    assert "·" in strip


def test_skipping_nothing_says_nothing(sample: Callable[[str], Report]) -> None:
    text = render_text(replace(sample("related"), skipped=(), failed=(), warnings=()))
    assert not {"Skipped", "Failed", "Warnings"} & set(text.splitlines())

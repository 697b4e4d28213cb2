"""Numbers and untrusted text as people read them."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from modelkin.records import Report
from modelkin.report import formatting
from modelkin.report.exhibits import bars, is_picture, png_uri, tile


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.500"),
        (1.0, "1.000"),
        (0.0, "0.000"),
        (0.99996, "0.999960"),
        (1.00004, "1.000040"),
        (0.99983, "0.99983"),
        (1 - 1e-9, "1.0000000"),
        (0.00012, "0.00012"),
        (-2.0, "-2.000"),
        (1234567.0, "1.23e+06"),
        (math.nan, "undefined"),
        (None, "\u2013"),
    ],
)
def test_numbers_are_told_apart_from_zero_and_one(value: float | None, text: str) -> None:
    assert formatting.number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.0004, "< 0.1 %"),
        (0.9999, "> 99.9 %"),
        (0.081, "8.1 %"),
        (0.95, "95 %"),
        (math.nan, "undefined"),
        (None, "\u2013"),
    ],
)
def test_only_zero_reads_as_zero_per_cent(share: float | None, text: str) -> None:
    assert formatting.percent(share) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.25, "0.25 s"), (4.21, "4.2 s"), (90, "1.5 min"), (7200, "2.0 h"), (math.inf, "undefined")],
)
def test_time_spans(seconds: float, text: str) -> None:
    assert formatting.duration(seconds) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc\x00d", "a b c d"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x9b31mx", "31mx"),
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("bad\udcff", "bad\ufffd"),
        ("a\u2028b", "a b"),
        ("Modell-für-Vögel 鳥", "Modell-für-Vögel 鳥"),
    ],
)
def test_untrusted_text_is_one_harmless_line(text: str, shown: str) -> None:
    assert formatting.plain(text) == shown


def test_long_names_keep_both_ends() -> None:
    shown = formatting.brief("model-" + "x" * 500 + ".onnx", 30)
    assert len(shown) == 30
    assert shown.startswith("model-")
    assert shown.endswith(".onnx")
    assert formatting.brief("\n") == "(no name)"


def test_settings_are_the_leaves_of_the_parameters() -> None:
    nested = '{"fingerprint": {}, "similarity": {"halved": false, "p": 1, "q": null}}'
    assert formatting.settings(nested) == "halved = false, p = 1, q = null"
    assert formatting.settings('{"fingerprint": {}}') == formatting.settings("") == ""
    assert formatting.settings("p=2\n") == "p=2"


def test_both_ends_of_an_interval_have_the_same_decimals() -> None:
    assert formatting.interval(0.99, 0.9923) == "0.9900 to 0.9923"
    assert formatting.interval(-2e6, 0.5) == "-2e+06 to 0.500"


def test_reasons_read_as_sentences() -> None:
    assert formatting.sentence("too few\nfamilies") == "Too few families."
    assert formatting.sentence("Done!") == "Done!"
    assert not formatting.sentence("\x00")


def test_lists_are_cut_with_their_length() -> None:
    assert formatting.listed(["a", "b"]) == "a, b"
    assert formatting.listed(map(str, range(9)), most=2) == "0, 1, … (9 in all)"


def test_probabilities_and_intervals() -> None:
    assert formatting.probability(1.0e-7) == "1e-07"
    assert formatting.probability(math.nan) == "undefined"
    assert formatting.probability(None) == formatting.interval(None, 0.5) == "\u2013"
    assert formatting.interval(math.nan, 0.5) == "undefined"
    assert formatting.interval(0.25, 0.5) == "0.250 to 0.500"
    assert formatting.short(math.inf) == "undefined"
    assert formatting.counted(1, "pair") == "1 pair"


@pytest.mark.parametrize("size", [0, 1, 64, 1000])
def test_bars_stay_inside_their_box(size: int) -> None:
    values = np.linspace(-3, 2, size)
    values[::5] = np.nan
    for bar in bars(values):
        assert 0 <= bar.x <= bar.x + bar.width <= 100.001
        assert 0 <= bar.y <= bar.y + bar.height <= 40.001


def test_bars_of_zeros_are_flat() -> None:
    assert {bar.height for bar in bars(np.zeros(3))} == {0.0}


def test_large_pictures_are_made_smaller() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (600, 500, 3), dtype=np.uint8)
    assert len(png_uri(noise)) < 200_000
    assert is_picture(noise)
    assert not is_picture(noise[..., 0])
    assert not is_picture(noise.astype(np.float32))


def test_negative_scores_are_marked_and_scaled(sample: Callable[[str], Report]) -> None:
    report = sample("vectors")
    drawn = tile(report.exhibits[0], report)
    assert [(one.width, one.negative) for one in drawn.source] == [(100.0, False), (46.15, True)]


def test_answers_that_are_all_zero_have_no_bars(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    flat = replace(report.exhibits[0], source=(("a", 0.0),), suspect=())
    drawn = tile(flat, report)
    assert drawn.source[0].width == 0.0
    assert drawn.agree is None

"""The HTML report: one file, nothing from outside, hostile names harmless, readable tables."""

import base64
import io
import os
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from PIL import Image

from modelkin.records import OutputKind, Report
from modelkin.report.as_html import render_html

GOLDEN = Path(__file__).parent / "golden" / "related.html"
VOID = {"meta", "img", "br", "link", "input", "hr"}
SHAPES = {"path", "rect", "circle", "line"}
PIXELS = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]+")


class Page(HTMLParser):
    """Collects elements and checks that they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SHAPES
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_elements_nest_in_every_sample(report: Report) -> None:
    page = Page(render_html(report))
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1


def test_nothing_comes_from_outside(report: Report) -> None:
    page = Page(render_html(report))
    names = {name for name, _ in page.elements}
    assert not names & {"script", "link", "iframe", "object", "embed", "base", "form"}
    for _, attributes in page.elements:
        for key in ("src", "href", "action", "data", "srcset", "xlink:href"):
            target = attributes.get(key)
            assert target is None or target.startswith(("data:image/png;base64,", "#"))
        assert not any(key.startswith("on") for key in attributes)
    styles = render_html(report).split("<style>")[1].split("</style>")[0]
    assert "url(" not in styles
    assert "@import" not in styles


def test_links_lead_to_a_place_on_the_page(report: Report) -> None:
    page = Page(render_html(report))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert (link["href"] or "").removeprefix("#") in ids
    for _, attributes in page.elements:
        assert attributes.get("aria-labelledby", ids[0]) in ids


def test_hostile_names_stay_text(sample: Callable[[str], Report]) -> None:
    html = render_html(sample("hostile"))
    assert "<script" not in html
    assert html.count("</style>") == 1
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "{{ 7*7 }}" in Page(html).text
    html.encode("utf-8")


def test_pictures_are_the_queries(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    pictures = Page(render_html(report)).all("img")
    assert len(pictures) == len(report.exhibits)
    assert all(picture["alt"] for picture in pictures)
    data = (pictures[0]["src"] or "").partition(",")[2]
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert np.array_equal(shown, report.exhibits[0].content)


def test_every_table_has_headers_and_every_drawing_a_name(report: Report) -> None:
    page = Page(render_html(report))
    assert all(header.get("scope") in {"row", "col"} for header in page.all("th"))
    for drawing in page.all("svg"):
        assert drawing.get("aria-label") or "aria-hidden" in drawing or "x" in drawing


def test_the_galleries_are_told_apart(sample: Callable[[str], Report]) -> None:
    text = Page(render_html(sample("related"))).text
    assert "Queries on which they differ most" in text
    assert "Typical queries" in text
    unmarked = Page(render_html(sample("inconclusive"))).text
    assert "those on which they differ most first" in unmarked
    assert "Typical queries" not in unmarked


def test_agreement_is_said_only_of_one_label_set(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    assert "different best class" in render_html(report)
    other = replace(report, label_sets="different: 48 and 10 outputs")
    assert "best class" not in render_html(other)
    assert "best class" not in render_html(sample("vectors"))


def test_vectors_are_drawn_as_bars(sample: Callable[[str], Report]) -> None:
    page = Page(render_html(sample("vectors")))
    assert page.all("img") == []
    assert len(page.all("rect")) == 1 + 5 + 30 + 64
    assert "(400 values)" in page.text


def test_answers_are_described_by_their_kind(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    labels = replace(report.source, output=OutputKind.LABELS, n_outputs=1)
    assert "labels; 31 classes seen" in render_html(replace(report, source=labels))
    assert "48 probabilities; 31 classes predicted on this pool" in render_html(report)
    assert "vectors of 48 values" in render_html(sample("vectors"))


def test_the_verdict_is_not_said_by_colour_alone(sample: Callable[[str], Report]) -> None:
    for name, word in (
        ("related", "Related"),
        ("no-evidence", "No evidence"),
        ("inconclusive", "Inconclusive"),
    ):
        html = render_html(sample(name))
        assert f'<header class="verdict {name}">' in html
        assert word in Page(html).text


def test_references_have_a_table_and_tooltips(sample: Callable[[str], Report]) -> None:
    html = render_html(sample("related"))
    assert html.count('<circle class="dot') == 24
    assert html.count('class="dot leads"') == 8
    assert "<title>resnet: resnet_0, -0.120</title>" in html
    assert "All 24 references" in html


def test_without_references_the_page_says_so(sample: Callable[[str], Report]) -> None:
    page = Page(render_html(sample("inconclusive")))
    assert "nothing to judge this similarity against" in page.text
    assert page.all("details") == []


def test_reproducing_is_possible_from_the_page(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    text = Page(render_html(report)).text
    for needed in (report.pool.name, report.pool.digest, report.source.digest, report.run.command):
        assert needed in text


def test_golden_file(sample: Callable[[str], Report]) -> None:
    """Set MODELKIN_GOLDEN=1 to write the golden files anew; then read the difference.

    Pictures are left out: how well a PNG is packed depends on the zlib at hand.
    """
    text = PIXELS.sub("data:image/png;base64,PIXELS", render_html(sample("related")))
    if os.environ.get("MODELKIN_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")

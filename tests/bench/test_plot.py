"""Drawings are written finely enough to be the same, and no finer."""

from modelkin.bench.plot import slim

DRAWN = """<svg width="730.08pt" viewBox="0 0 730.08 100.123456">
<path d="M 188.790865 797.472 L -0.001234 3 z" style="opacity: 0.12345"/>
<text x="366.49792" y="1.5" transform="rotate(-0 366.49792 1625.687122)">0.12345</text>
<text transform="rotate(-35.123456 1.5 2)">a d="0.98765"</text>
<image transform="scale(0.123456 -1)" xlink:href="data:image/png;base64,ab1.23456="/>
</svg>"""
SLIM = """<svg width="730.08pt" viewBox="0 0 730.08 100.123456">
<path d="M 188.79 797.47 L -0 3 z" style="opacity: 0.12345"/>
<text x="366.5" y="1.5">0.12345</text>
<text transform="rotate(-35.123456 1.5 2)">a d="0.98765"</text>
<image transform="scale(0.123456 -1)" xlink:href="data:image/png;base64,ab1.23456="/>
</svg>"""


def test_only_places_are_rounded_and_turns_by_nothing_left_out() -> None:
    assert slim(DRAWN) == SLIM


def test_rounding_twice_changes_nothing() -> None:
    assert slim(slim(DRAWN)) == slim(DRAWN)

"""The report page in headless Chromium: it renders, fits narrow screens and asks for nothing."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modelkin.records import Report
from modelkin.report.as_html import render_html

_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_REQUIRED = "chromium" in os.environ.get("MODELKIN_REQUIRE", "").split(",")

pytestmark = pytest.mark.skipif(
    shutil.which("chromium") is None and not _REQUIRED,
    reason="needs the browser chromium (apt-get install chromium)",
)


def chromium(folder: Path, page: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["chromium", *_FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )


def measured(html: str) -> str:
    """The page with a script that writes down what a reader would see."""
    without_policy = re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", html)
    script = """<script>addEventListener("load", () => {
      const broken = [...document.images].filter(i => !i.complete || !i.naturalWidth).length;
      const asked = performance.getEntriesByType("resource")
        .filter(r => !r.name.startsWith("data:"));
      document.body.dataset.seen = [document.documentElement.scrollWidth, innerWidth,
        document.images.length, broken, asked.length].join(" ");
    })</script></body>"""
    return without_policy.replace("</body>", script)


@pytest.mark.parametrize("width", [1100, 500])
def test_page_fits_and_loads_nothing(
    width: int, tmp_path: Path, sample: Callable[[str], Report]
) -> None:
    page = tmp_path / "report.html"
    page.write_text(measured(render_html(sample("related"))), encoding="utf-8")
    shown = chromium(tmp_path, page, f"--window-size={width},2000", "--dump-dom").stdout
    found = re.search(r'data-seen="([\d ]+)"', shown)
    assert found is not None, "the script must have run"
    content, window, images, broken, asked = (int(word) for word in found[1].split())
    assert content <= window, "nothing may stick out to the right"
    assert images > 0
    assert (broken, asked) == (0, 0)


def test_page_is_not_blank(tmp_path: Path, sample: Callable[[str], Report]) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "page.png"
    page.write_text(render_html(sample("related")), encoding="utf-8")
    chromium(tmp_path, page, "--window-size=1100,1600", f"--screenshot={picture}")
    pixels = np.asarray(Image.open(picture).convert("RGB"))
    colours = np.unique(pixels.reshape(-1, 3), axis=0)
    assert len(colours) > 100, "text, marks and pictures have many shades"

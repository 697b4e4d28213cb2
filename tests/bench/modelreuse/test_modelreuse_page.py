"""The page of results: self-contained, escaped, sorted by its own script, fit for a phone."""

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.headline import figures_of
from modelkin.bench.modelreuse.page import as_page
from modelkin.bench.modelreuse.pictures import draw
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.zoo_summary import ZooSummary
from modelkin.bench.plot import INK, LINE, Plot
from modelkin.errors import MissingDependencyError

DRAWING = Plot(
    name="modelreuse-heatmap",
    title="What each method sees",
    alt='A "quoted" description',
    svg=f'<?xml version="1.0"?><svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg">'
    f'<defs><path id="m1" d="M0 0h9"/></defs><use href="#m1" stroke="{INK}" fill="{LINE}"/></svg>',
)


@pytest.fixture(scope="module")
def page(scores: Scores, summary: ZooSummary) -> str:
    figures, missing = figures_of(scores)
    return as_page(scores, summary, [DRAWING], figures=figures, missing=missing, notes=["a < b"])


def test_page_is_escaped_and_asks_for_nothing(page: str) -> None:
    assert "training &lt;b&gt;diverged" in page
    assert "a &lt; b" in page
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert page.count("Another zoo") == 3


def test_page_names_failed_models_and_holes(page: str, summary: ZooSummary) -> None:
    assert f"1 of them could not be made: {summary.entries[0].name}" in page
    assert "hole: no similarity among the cohort" in page


def test_a_missing_figure_says_why(scores: Scores, summary: ZooSummary) -> None:
    found = as_page(scores, summary, [], figures={}, missing={"auc": "nothing was rated"})
    assert "nothing was rated" in found


def test_drawings_take_their_colours_from_where_they_are() -> None:
    inline, file = DRAWING.inline(), DRAWING.file()
    assert 'stroke="currentColor" fill="var(--line)"' in inline
    assert 'id="modelreuse-heatmap-m1"' in inline
    assert 'href="#modelreuse-heatmap-m1"' in inline
    assert "&quot;quoted&quot;" in inline
    assert "var(" not in file
    assert INK not in file
    assert ET.fromstring(file)[0].get("fill") == "#ffffff"  # noqa: S314 (our own drawing)


def test_without_matplotlib_one_is_told_what_to_install(
    scores: Scores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match="plots of this bench need matplotlib") as told:
        draw(scores)
    assert told.value.hint == "pip install 'modelkin[bench]'"


def test_pictures_show_every_method_and_repeat(scores: Scores) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra bench")
    plots = draw(scores)
    assert [plot.svg for plot in plots] == [plot.svg for plot in draw(scores)]
    heat, curves, nulls = (plot.file() for plot in plots)
    for drawing in (heat, nulls):
        assert ">default + cohort<" in drawing
        assert ">same-label-correlation<" in drawing
    assert ">synthetic-stolen<" in heat
    assert heat.count("pattern id=") >= 1, "holes are hatched"
    assert ">training set + cohort<" in curves
    own = Config(method="default", queries="image-mix-v1", access="scores", budget=100, cohort=True)
    shown = scores.by[own]["all"].tpr5
    assert shown is not None
    assert f">{shown.value:.2f}<".replace(">0", ">") in heat


def test_pictures_of_nothing_are_still_pictures() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra bench")
    for plot in draw(Scores(by={}, cost={}, holes={}, positives={})):
        assert plot.file().rstrip().endswith("</svg>")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the browser chromium")
@pytest.mark.parametrize("width", [1250, 500])
def test_page_fits_and_its_script_runs(width: int, page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    probe = """<script>addEventListener("load", () => {
      const table = document.querySelectorAll("table.sortable")[1];
      const picks = table.closest("section").querySelectorAll("select");
      picks[0].value = "ddv"; picks[0].dispatchEvent(new Event("change"));
      const auc = [...table.tHead.rows[0].cells].findIndex(c => c.textContent === "AUC");
      table.tHead.rows[0].cells[auc].firstChild.click();
      const shown = [...table.tBodies[0].rows].filter(r => !r.hidden);
      document.body.dataset.seen = [document.documentElement.scrollWidth, innerWidth,
        performance.getEntriesByType("resource").length, picks.length].join(" ");
      document.body.dataset.order = shown.map(r => r.cells[auc].textContent).join(" ");
    })</script></body>"""
    # the probe is not the page's own script, so its hash is not in the policy
    script = page.split("<script>")[1].split("</script>", maxsplit=1)[0]
    assert f"<script>{script}</script>" in page
    open_policy = re.sub(r"script-src '[^']*'", "script-src 'unsafe-inline'", page)
    file.write_text(open_policy.replace("</body>", probe), encoding="utf-8")
    shown = _dom(file, tmp_path, width)
    found = re.search(r'data-seen="([\d ]+)"', shown)
    assert found is not None
    content, window, asked, picks = (int(word) for word in found[1].split())
    assert content <= window
    assert (asked, picks) == (0, 5)
    order = re.search(r'data-order="([^"]+)"', shown)
    assert order is not None
    values = [float(word) for word in order[1].split()]
    assert len(values) == 36
    assert values == sorted(values, reverse=True)
    file.write_text(page, encoding="utf-8")
    assert 'class="tools"' in _dom(file, tmp_path, width), "the policy must let our script run"


def _dom(file: Path, folder: Path, width: int) -> str:
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom")
    return subprocess.run(
        [
            "chromium",
            *flags,
            f"--user-data-dir={folder / 'profile'}",
            f"--window-size={width},2000",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout

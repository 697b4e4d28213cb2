"""A picture as SVG, for a page and for a file."""

import io
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from modelkin.errors import MissingDependencyError

# colours that stand for the page's own, so that one drawing suits light and dark
INK, LINE = "#010203", "#040506"
HATCH = "#8a94a6"
_PAGE = {INK: "currentColor", LINE: "var(--line)"}
_FILE = {INK: "#1b2230", LINE: "#d9dee7"}
_TAG = re.compile(r"<[^>]*>")
_PLACES = re.compile(r'(?<=\s)(?:d|x|y|points|width|height)="[^"]*"')
_FINE = re.compile(r"-?\d+\.\d{3,}")
_UNTURNED = re.compile(r' transform="rotate\(-?0 [^)]*\)"')


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One picture.

    Attributes:
        name: of the file, without ending.
        title: what it shows.
        alt: the same in a sentence, for those who cannot see it.
        svg: the drawing, with stand-ins for colours.
    """

    name: str
    title: str
    alt: str
    svg: str

    def inline(self) -> str:
        """For a page: takes its colours from there, and shares no id with another picture."""
        drawing = self.svg[self.svg.index("<svg") :]
        drawing = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{self.name}-", drawing)
        label = f'<svg role="img" aria-label="{escape(self.alt)}"'
        return _coloured(drawing, _PAGE).replace("<svg", label, 1)

    def file(self) -> str:
        """For a file: on white, as it may be shown on any ground."""
        ground = '>\n <rect width="100%" height="100%" fill="#ffffff"/>'
        head, tail = self.svg.split("<svg", 1)
        return _coloured(f"{head}<svg{tail.replace('>', ground, 1)}", _FILE)


def new_figure(width: float, height: float) -> Any:  # noqa: ANN401 (matplotlib is optional)
    """An empty drawing.

    Args:
        width: inches, 72 to a CSS point.
        height: inches.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    require_plots()
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def style(salt: str) -> Any:  # noqa: ANN401 (matplotlib is optional)
    """Settings to draw under: text stays text, and the same drawing has the same bytes."""
    require_plots()
    from matplotlib import rc_context

    return rc_context(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": salt,
            "font.family": "sans-serif",
            "font.sans-serif": ["DejaVu Sans"],
            "font.size": 10,
            "hatch.linewidth": 0.8,
            "hatch.color": HATCH,
            **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
            **dict.fromkeys(("axes.edgecolor", "grid.color"), LINE),
            **dict.fromkeys(("axes.spines.top", "axes.spines.right"), False),
        }
    )


def to_svg(figure: Any) -> str:  # noqa: ANN401 (matplotlib is optional)
    """Draw, and write places no finer than a hundredth of a point."""
    found = io.StringIO()
    figure.savefig(found, format="svg", transparent=True, metadata={"Date": None})
    # trailing spaces differ between versions and trouble version control
    return slim(re.sub(r"[ \t]+$", "", found.getvalue(), flags=re.MULTILINE))


def slim(svg: str) -> str:
    """The same drawing in fewer bytes: no millionths of a point, no turns by nothing."""
    return _TAG.sub(lambda tag: _PLACES.sub(_rounded, _UNTURNED.sub("", tag[0])), svg)


def require_plots() -> None:
    """Say how to install what draws, before anything is measured.

    Raises:
        MissingDependencyError: matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise MissingDependencyError(
            f"the plots of this bench need matplotlib, which cannot be imported ({error})",
            hint="pip install 'modelkin[bench]'",
        ) from error
    del mpl


def _rounded(places: re.Match[str]) -> str:
    return _FINE.sub(_hundredths, places[0])


def _hundredths(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _coloured(drawing: str, colours: dict[str, str]) -> str:
    for stand_in, colour in colours.items():
        drawing = drawing.replace(stand_in, colour)
    return drawing

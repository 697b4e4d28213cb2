"""A zoo's maps as one self-contained HTML page."""

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from modelkin.report.formatting import brief, count, counted, number, sentence
from modelkin.report.harmless_value import harmless_value
from modelkin.zoo.as_text import stress_sentence
from modelkin.zoo.drawing import ROW, WIDTH, dendrogram, scatter
from modelkin.zoo.mapping import question
from modelkin.zoo.sheet_map import SheetMap
from modelkin.zoo.styles import SHAPES, Legend, legend
from modelkin.zoo.zoo_map import ZooMap

_KIN = 3
_SMALL, _MIDDLE = 120, 400
_ALONE = "not stated"


def as_page(found: ZooMap) -> str:
    """Write a page that asks for nothing from elsewhere; one script makes it answer.

    Names of models and families are untrusted: they reach the page as escaped text and
    attributes alone, and the script writes them as text.
    """
    script = _packaged("page.js")
    digest = hashlib.sha256(script.encode()).digest()
    css = files("modelkin.report").joinpath("report.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            found=found,
            sheets=[_sheet(one) for one in found.sheets],
            shapes=SHAPES,
            width=WIDTH,
            row=ROW,
            css=Markup(css + _packaged("page.css")),  # noqa: S704 (our own files)
            script=Markup(script),  # noqa: S704 (our own file)
            script_hash=base64.b64encode(digest).decode(),
        )
    )


def _sheet(found: SheetMap) -> dict[str, Any]:
    """What the template draws of one sheet."""
    sheet = found.sheet
    kin = sheet.nearest(_KIN)
    families = legend([one.family or _alone(one.name) for one in sheet.members])
    clusters = legend([str(one) for one in found.clusters.of.tolist()])
    drawn = scatter(found.layout.points)
    models = [
        {
            "name": one.name,
            "family": one.family or _ALONE,
            "cluster": int(found.clusters.of[place]),
            "place": drawn.places[place],
            "f": families.of[place],
            "c": clusters.of[place],
            "kin": [(int(other), float(sheet.similarities[place, other])) for other in kin[place]],
        }
        for place, one in enumerate(sheet.members)
    ]
    return {
        "name": sheet.name,
        "title": f"{counted(len(models), 'model')} by {sheet.method.name}",
        "about": sheet,
        "asked": question(sheet.group),
        "summary": sheet.method.doc_lines()["Summary"],
        "models": models,
        "legends": {"family": families, "cluster": clusters},
        "mode": "family" if _telling(families) else "cluster",
        "scatter": drawn,
        "tree": dendrogram(found.tree, found.clusters.height),
        "leaves": found.tree.leaves.tolist(),
        "clusters": found.clusters,
        "layout": found.layout,
        "stress": stress_sentence(found),
        "size": 1.0 if len(models) <= _SMALL else 0.8 if len(models) <= _MIDDLE else 0.62,
    }


def _alone(name: str) -> str:
    """A family that no other model can have."""
    return f"\0{name}"


def _telling(families: Legend) -> bool:
    """Whether stated families say more than that every model is its own."""
    held = [style for style in families.styles if style.count > 1]
    return len(held) > 1


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_packaged),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless_value,
    )
    environment.filters.update(
        brief=brief, number=number, whole=count, counted=counted, sentence=sentence
    )
    return environment


def _packaged(name: str) -> str:
    return files("modelkin.zoo").joinpath(name).read_text(encoding="utf-8")

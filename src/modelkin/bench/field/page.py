"""The field study as one self-contained HTML page."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from modelkin.bench.field.markdown import sections
from modelkin.bench.figures import BenchResult
from modelkin.bench.packaged import packaged

_TILES = (
    ("auc_colour", "AUC, all colour pairs"),
    ("tpr_at_fpr5_colour", "found at 5 % false alarms"),
    ("auc_float", "AUC, both float"),
    ("auc_twins", "AUC, quantized twins"),
    ("false_related_hard", "hard pairs called related"),
    ("cannot_tell", "cannot tell"),
)


def as_page(result: BenchResult) -> str:
    """Write a page that asks for nothing from elsewhere and runs no script.

    Names and messages come from untrusted files and are escaped.
    """
    environment = Environment(
        loader=FunctionLoader(lambda name: packaged("modelkin.bench.field", name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja").render(
        css=Markup(packaged("modelkin.report", "report.css")),  # noqa: S704 (our own file)
        tiles=[_tile(result, name, label) for name, label in _TILES],
        notes=result.notes,
        sections=sections(result.figures),
        figures=result.figures,
        missing=result.missing,
        drawings=[Markup(one) for one in result.pictures.values()],  # noqa: S704 (escaped inside)
        rows=result.rows,
    )


def _tile(result: BenchResult, name: str, label: str) -> Mapping[str, Any]:
    figure = result.figures.get(name)
    if figure is None:
        return {"label": label, "value": "-", "small": result.missing.get(name, "not measured")}
    small = f"[{figure.low:.3f}, {figure.high:.3f}], n = {figure.n}"
    return {"label": label, "value": f"{figure.value:.3f}", "small": small}

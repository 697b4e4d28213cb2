"""The results as one self-contained HTML page."""

import base64
import hashlib
from collections.abc import Mapping, Sequence

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse import tables
from modelkin.bench.modelreuse.anchors import anchors
from modelkin.bench.modelreuse.cells import HOLE
from modelkin.bench.modelreuse.markdown import READING, headline_table
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.verdict_figures import Verdicts, verdict_table
from modelkin.bench.modelreuse.verdicts import Setting
from modelkin.bench.modelreuse.zoo_summary import ZooSummary
from modelkin.bench.packaged import packaged
from modelkin.bench.plot import Plot

_TILES = (
    ("tpr_at_fpr5_q100", "TPR at 5 % FPR, no data"),
    ("data_tpr_at_fpr5_q100", "the same with the training set"),
    ("tpr_at_fpr5_extraction", "extracted copies, no data"),
    ("tpr_at_fpr5_n3", "against same-data twins (N3)"),
    ("auc", "AUC, no data"),
    ("rule_correct", "right by ModelDiff's rule"),
)
_CAPTIONS = {
    "modelreuse-heatmap": "Share of the derived pairs detected where at most 5 % of the honest "
    "ones are, one threshold a row. Hatched: could not be rated.",
    "modelreuse-queries": "All derived pairs against all honest ones; shades are 95 % intervals "
    "over lineages. Scores, or the most telling access that the method takes.",
    "modelreuse-nulls": "All derived pairs, the threshold set on honest pairs of one sort. The "
    "darker, the more an honest model has in common with the source; orange is the hardest.",
}


def as_page(
    scores: Scores,
    zoo: ZooSummary,
    plots: Sequence[Plot],
    *,
    figures: Mapping[str, Figure],
    missing: Mapping[str, str],
    verdicts: Mapping[Setting, Verdicts] | None = None,
    notes: Sequence[str] = (),
) -> str:
    """Write a page that asks for nothing from elsewhere; a short script sorts the full table.

    Args:
        scores: what was measured.
        zoo: on which models.
        plots: see ``pictures.draw``.
        figures: by stable name, see ``headline.figures_of``.
        missing: figures that could not be measured, with the reason.
        verdicts: what the product itself said.
        notes: what a reader must know.
    """
    numbers = {
        "modelreuse-heatmap": tables.type_table(scores),
        "modelreuse-nulls": tables.null_table(scores),
    }
    pictures = [(one, _CAPTIONS.get(one.name, ""), numbers.get(one.name)) for one in plots]
    script = packaged("modelkin.bench.modelreuse", "page.js")
    digest = hashlib.sha256(script.encode()).digest()
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            zoo=zoo,
            notes=(*notes, *READING),
            tiles=[_tile(name, label, figures, missing) for name, label in _TILES],
            pictures=pictures,
            methods=tables.method_table(scores),
            tables=(
                *((verdict_table(verdicts),) if verdicts else ()),
                tables.access_table(scores),
            ),
            details=(
                tables.rule_table(scores),
                tables.own_table(scores),
                tables.variant_table(scores),
            ),
            beside=tables.beside_table(scores),
            anchors=anchors(),
            zoo_tables=zoo.tables(),
            figures=headline_table(figures, missing),
            full=tables.full_table(scores),
            css=Markup(  # noqa: S704 (our own files)
                packaged("modelkin.report", "report.css") + packaged("modelkin.bench", "page.css")
            ),
            script=Markup(script),  # noqa: S704 (our own file)
            script_hash=base64.b64encode(digest).decode(),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: packaged("modelkin.bench.modelreuse", name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = Markup
    return environment


def _tile(
    name: str, label: str, figures: Mapping[str, Figure], missing: Mapping[str, str]
) -> dict[str, str]:
    figure = figures.get(name)
    if figure is None:
        return {"label": label, "value": HOLE, "small": missing.get(name, "not measured")}
    interval = f"[{figure.low:.2f}, {figure.high:.2f}], {figure.n} pairs"
    return {"label": label, "value": f"{figure.value:.2f}", "small": interval}

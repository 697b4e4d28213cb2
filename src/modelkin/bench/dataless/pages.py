"""The results as a Markdown page and as one HTML page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from modelkin.bench.dataless import tables
from modelkin.bench.dataless.looks import set_name
from modelkin.bench.dataless.scores import Chart, Scores
from modelkin.bench.dataless.zoo import Zoo
from modelkin.bench.figures import Figure
from modelkin.bench.packaged import packaged
from modelkin.bench.plot import Plot
from modelkin.bench.table import Table

_TILES = (
    ("same_vs_different_auc", "same set or not, CNN and SVM"),
    ("nearest_cnn", "CNNs whose nearest saw the same set"),
    ("cnn_vs_svm_auc", "same set or not, CNN against SVM"),
    ("gan_auc", "same set or not, GANs"),
    ("ari", "clusters against sets (ARI)"),
    ("halves_auc", "which half of one set"),
    ("dataset_false_other_half", "falsely found on the other half"),
)
_CAPTIONS = {
    "dataless-maps": "Scaled by SMACOF from classical scaling; directions mean nothing. Where the "
    "stress is high, trust the tree and the tables.",
    "dataless-trees": "UPGMA: two branches join at the mean distance between their models.",
    "dataless-samples": "One latent is another picture to every generator, also of one set: the "
    "axes of a latent space are arbitrary.",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """Everything that a page shows.

    Attributes:
        zoo: the models.
        scores: what was measured.
        figures: by stable name.
        missing: figures that could not be measured, with the reason.
        notes: what a reader must know.
        plots: the pictures.
        charts: the distance matrices that they draw.
    """

    zoo: Zoo
    scores: Scores
    figures: Mapping[str, Figure]
    missing: Mapping[str, str]
    notes: tuple[str, ...]
    plots: Sequence[Plot]
    charts: Sequence[Chart]

    def tables(self) -> tuple[Table, ...]:
        """Those shown in full."""
        return (
            tables.measure_table(self.scores),
            tables.set_table(self.charts),
            tables.figure_table(self.figures, self.missing),
            tables.zoo_table(self.zoo),
        )


def as_markdown(outcome: Outcome) -> str:
    """Notes, pictures and all tables."""
    parts = ["# Models told apart without data", ""]
    parts += ["Made by `modelkin bench dataless`. See `docs/dataless.md` for how to read it.", ""]
    parts += [*(f"- {note}" for note in outcome.notes), ""]
    parts += [f"![{plot.title}]({plot.name}.svg)\n" for plot in outcome.plots]
    every = (*outcome.tables(), *tables.estimator_tables(outcome.scores))
    return "\n".join([*parts, *(table.markdown() for table in every)])


def as_page(outcome: Outcome) -> str:
    """A page that asks for nothing from elsewhere and runs no script."""
    names = dict.fromkeys(member.data for member in outcome.zoo.members)
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            count=len(outcome.zoo.members),
            sets=[set_name(name) for name in names],
            notes=outcome.notes,
            tiles=[_tile(outcome, name, label) for name, label in _TILES],
            pictures=[(plot, _CAPTIONS.get(plot.name, "")) for plot in outcome.plots],
            tables=outcome.tables(),
            details=tables.estimator_tables(outcome.scores),
            css=Markup(  # noqa: S704 (our own files)
                packaged("modelkin.report", "report.css") + packaged("modelkin.bench", "page.css")
            ),
        )
    )


def _tile(outcome: Outcome, name: str, label: str) -> tuple[str, str, str]:
    figure = outcome.figures.get(name)
    if figure is None:
        return label, "-", outcome.missing.get(name, "not measured")
    asked = f"; target {figure.target}" if figure.target else ""
    return label, f"{figure.value:.3f}", f"[{figure.low:.3f}, {figure.high:.3f}]{asked}"


def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: packaged("modelkin.bench.dataless", name)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = Markup
    return environment

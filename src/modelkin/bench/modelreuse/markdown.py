"""The results as a Markdown page."""

from collections.abc import Mapping, Sequence

from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse import cells as cells_of
from modelkin.bench.modelreuse import tables
from modelkin.bench.modelreuse.anchors import anchors
from modelkin.bench.modelreuse.headline import HEADLINE
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.verdict_figures import Verdicts, verdict_table
from modelkin.bench.modelreuse.verdicts import Setting
from modelkin.bench.modelreuse.zoo_summary import ZooSummary
from modelkin.bench.table import Table

READING = (
    (
        "Intervals come from resampling lineages, because models of one random start are not "
        "independent. One that has no width means that all lineages agreed, not that the figure "
        "is certain; a single lineage gets the interval 0 to 1. Honest models are held fixed."
    ),
    (
        "A false-positive rate is never exceeded on the honest pairs that set its threshold, ties "
        "included. Whether it holds elsewhere is what the column 'left out' shows."
    ),
    "A method is not charged for pairs that it cannot rate: compare the column 'pairs' first.",
)


def as_markdown(
    scores: Scores,
    zoo: ZooSummary,
    *,
    figures: Mapping[str, Figure],
    missing: Mapping[str, str],
    verdicts: Mapping[Setting, Verdicts] | None = None,
    notes: Sequence[str] = (),
    pictures: Mapping[str, str] | None = None,
) -> str:
    """Write headline, compact tables and anchors; the full table is in the JSON.

    Args:
        scores: what was measured.
        zoo: on which models.
        figures: by stable name, see ``headline.figures_of``.
        missing: figures that could not be measured, with the reason.
        verdicts: what the product itself said.
        notes: what a reader must know.
        pictures: file name of each picture beside the page, by its description.
    """
    parts = ["# ModelReuse rebuilt", "", *zoo.built_with, ""]
    parts += [f"- {note}" for note in (*notes, *READING)]
    parts += ["", headline_table(figures, missing).markdown()]
    parts += [f"![{alt}]({name})\n" for alt, name in (pictures or {}).items()]
    if verdicts:
        parts.append(verdict_table(verdicts).markdown())
    own = (
        tables.method_table(scores),
        tables.type_table(scores),
        tables.rule_table(scores),
        tables.null_table(scores),
        tables.own_table(scores),
        tables.access_table(scores),
    )
    parts += [table.markdown() for table in (*own, *anchors(), *zoo.tables())]
    if scores.holes:
        parts.append(tables.hole_table(scores).markdown())
    return "\n".join(parts)


def headline_table(figures: Mapping[str, Figure], missing: Mapping[str, str]) -> Table:
    """The product's own figures by their stable names."""
    rows = []
    for name in HEADLINE:
        figure = figures.get(name)
        why = f"missing: {missing.get(name, 'not measured')}"
        cells = (cells_of.spread(figure), str(figure.n), figure.target) if figure else (why,)
        rows.append((name, *cells))
    return Table(
        name="figures",
        title="Figures",
        note="The product's own recipe with a cohort, 100 queries without data; data_...: with the "
        "training set; lolo_...: by thresholds that never saw the lineage. The JSON holds the same "
        "of every method, under its name.",
        head=("figure", "value [95 % interval]", "n", "target"),
        rows=tuple(rows),
    )

"""The tables of the result pages."""

from collections.abc import Callable

from modelkin.bench.modelreuse import selection
from modelkin.bench.modelreuse.cells import HOLE, number, of_score, spread
from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.selection import DATALESS, WITH_DATA
from modelkin.bench.modelreuse.truth import ALL, EXTRACTION, MODIFICATION, NULLS, OWN, PARTS
from modelkin.bench.table import Table


def measured(scores: Scores) -> tuple[Config, ...]:
    """Configurations of the compact tables: 100 queries, the most telling access."""
    order = [WITH_DATA, "photos", DATALESS, "dead-leaves", "gaussian", "uniform"]
    asked = sorted(
        {config.queries for config in selection.configs(scores)},
        key=lambda queries: (order.index(queries) if queries in order else len(order), queries),
    )
    found = [config for queries in asked for config in selection.at_best_access(scores, queries)]
    return tuple(sorted(found, key=lambda config: asked.index(config.queries)))


def method_table(scores: Scores) -> Table:
    """Every method on every source of queries, all pairs."""

    def cells(config: Config) -> tuple[str, ...]:
        one = scores.by[config][ALL]
        cost = scores.cost.get(config)
        return (
            f"{one.positives} of {scores.positives[ALL]}",
            of_score(one, "rule"),
            of_score(one, "auc", spread),
            of_score(one, "tpr5", spread),
            of_score(one, "tpr1"),
            f"{number(one.lolo_tpr5)} at {number(one.lolo_fpr5)}",
            f"{cost.source_queries:g} + {cost.suspect_queries:g}" if cost else HOLE,
            f"{cost.seconds:.2g}" if cost else HOLE,
        )

    return _table(
        scores,
        cells,
        name="methods",
        title="Every method at 100 queries",
        note="All derived pairs against all honest ones, one threshold a row; 95 % intervals over "
        "lineages. Pairs: how many a method could rate at all. Rule: the source lies closer than "
        "every reference. Left out: detected by thresholds that never saw the lineage, at the rate "
        "of false accusations which they really had (0.05 was intended). † finer than one honest "
        "family: rests on pairs. ‡ finer than one honest pair: the threshold is the highest.",
        columns=(
            *("pairs", "rule", "AUC", "TPR at 5 %", "TPR at 1 %", "left out"),
            *("queries to source + suspect", "seconds a pair"),
        ),
    )


def type_table(scores: Scores) -> Table:
    """TPR at 5 % FPR by reuse type."""
    groups = (*PARTS, *selection.types(scores))
    return _table(
        scores,
        lambda config: tuple(_tpr5(scores, config, group) for group in groups),
        name="types",
        title="By reuse type: TPR at 5 % FPR, 100 queries",
        note="One threshold a row, set on all honest pairs. The first columns sum up the others.",
        columns=tuple(group.removeprefix("how:") for group in groups),
        only=(DATALESS, WITH_DATA),
    )


def rule_table(scores: Scores) -> Table:
    """ModelDiff's own rule by reuse type."""
    groups = (*PARTS, *selection.types(scores))
    return _table(
        scores,
        lambda config: tuple(of_score(scores.by[config].get(group), "rule") for group in groups),
        name="rules",
        title="By reuse type: ModelDiff's rule, 100 queries",
        note="Share of the copies whose source lies closer than every honest model of its task.",
        columns=tuple(group.removeprefix("how:") for group in groups),
        only=(DATALESS, WITH_DATA),
    )


def variant_table(scores: Scores) -> Table:
    """TPR at 5 % FPR by reuse type and variant."""
    groups = tuple(sorted(group for group in scores.positives if group.startswith("kind:")))
    return _table(
        scores,
        lambda config: tuple(_tpr5(scores, config, group) for group in groups),
        name="variants",
        title="By reuse type and variant: TPR at 5 % FPR, 100 queries",
        columns=tuple(group.removeprefix("kind:") for group in groups),
        only=(DATALESS, WITH_DATA),
    )


def null_table(scores: Scores) -> Table:
    """TPR at 5 % FPR by null."""
    return _table(
        scores,
        lambda config: tuple(
            of_score(scores.by[config].get(f"null:{null}"), "tpr5", spread) for null in NULLS
        ),
        name="nulls",
        title="By null: TPR at 5 % FPR, 100 queries",
        note="All derived pairs; the threshold is set on the honest pairs of one null. N1: other "
        "data. N2: other images of the same distribution. same-data: the same images, another "
        "architecture or recipe. N3: the same images, architecture and recipe, another seed.",
        columns=NULLS,
        only=(DATALESS, WITH_DATA),
    )


def own_table(scores: Scores) -> Table:
    """Pairs across label sets and within one, each with its own threshold."""
    return _table(
        scores,
        lambda config: tuple(
            of_score(scores.by[config].get(f"own:{sort}"), name, write)
            for sort in OWN
            for name, write in (("auc", number), ("tpr5", spread))
        ),
        name="own",
        title="With a threshold of their own: pairs across label sets, and within one",
        note="Everywhere else a row has one threshold for both sorts. 100 queries.",
        columns=tuple(f"{sort}: {name}" for sort in OWN for name in ("AUC", "TPR at 5 %")),
        only=(DATALESS, WITH_DATA),
    )


def access_table(scores: Scores) -> Table:
    """What is left when the suspect shows less."""
    rows = []
    for method in selection.methods(scores):
        for cohort in (False, True):
            tried = [
                Config(
                    method=method,
                    queries=DATALESS,
                    access=access,
                    budget=selection.HEADLINE_BUDGET,
                    cohort=cohort,
                )
                for access in selection.ACCESSES
            ]
            if any(config in scores.by for config in tried):
                cells = [
                    of_score(scores.by.get(config, {}).get(ALL), name)
                    for config in tried
                    for name in ("auc", "tpr5")
                ]
                rows.append((tried[0].title, *cells))
    return Table(
        name="access",
        title="By access: 100 queries without data",
        head=(
            "method",
            *(f"{access}: {name}" for access in selection.ACCESSES for name in ("AUC", "TPR 5 %")),
        ),
        rows=tuple(rows),
    )


def beside_table(scores: Scores) -> Table:
    """Our figures under the columns of QuRD's table."""
    columns = {
        "quantize": "quantized",
        "finetune": "finetuned",
        "transfer": "transferred",
        "prune": "pruned",
        "probability extraction": "stolen",
        "label extraction": "label-stolen",
    }
    found, ours = selection.at_best_access(scores, WITH_DATA), tuple(columns.values())
    return Table(
        name="beside",
        title="This zoo: TPR at 5 % FPR, 100 queries, with the training set",
        note="Ours, measured by this bench.",
        head=("method", *columns),
        rows=tuple(
            (
                selection.row_name(config),
                *(_tpr5(scores, config, f"how:{how}") for how in ours),
            )
            for config in found
            if config in scores.by
        ),
    )


def full_table(scores: Scores) -> Table:
    """Every configuration."""
    rows = tuple(_full_row(scores, config) for config in selection.configs(scores))
    return Table(
        name="full",
        title=f"All {len(rows)} configurations",
        head=(
            *("method", "queries", "access", "budget", "cohort", "pairs", "rule", "AUC"),
            *("TPR 5 %", "TPR 1 %", "left out: TPR", "left out: FPR", "modified", "extracted"),
            *("against N3", "queries to source + suspect", "seconds a pair"),
        ),
        rows=rows,
    )


def _full_row(scores: Scores, config: Config) -> tuple[str, ...]:
    asked = (
        *(config.method, config.queries, config.access, str(config.budget)),
        "yes" if config.cohort else "no",
    )
    groups, cost = scores.by.get(config), scores.cost.get(config)
    if groups is None:
        return (*asked, f"hole: {scores.hole(config)}")
    one = groups[ALL]
    return (
        *asked,
        str(one.positives),
        *(of_score(one, name) for name in ("rule", "auc")),
        of_score(one, "tpr5", spread),
        *(of_score(one, name) for name in ("tpr1", "lolo_tpr5", "lolo_fpr5")),
        *(_tpr5(scores, config, group) for group in (MODIFICATION, EXTRACTION)),
        of_score(groups.get("null:N3"), "tpr5"),
        f"{cost.source_queries:g} + {cost.suspect_queries:g}" if cost else HOLE,
        f"{cost.seconds:.2g}" if cost else HOLE,
    )


def hole_table(scores: Scores) -> Table:
    """What could not be measured."""
    return Table(
        name="holes",
        title="Not measured",
        head=("configuration", "why"),
        rows=tuple((str(config), why) for config, why in sorted(scores.holes.items())),
    )


def _tpr5(scores: Scores, config: Config, group: str) -> str:
    """Unmarked: all groups share the threshold whose resolution the table of methods tells."""
    one = scores.by[config].get(group)
    return number(one.tpr5 if one else None)


def _table(
    scores: Scores,
    cells: Callable[[Config], tuple[str, ...]],
    *,
    name: str,
    title: str,
    columns: tuple[str, ...],
    note: str = "",
    only: tuple[str, ...] = (),
) -> Table:
    rows = []
    for config in measured(scores):
        if only and config.queries not in only:
            continue
        hole = (f"hole: {scores.hole(config)}",)
        rest = cells(config) if config in scores.by else hole
        rows.append((selection.row_name(config), config.queries, *rest))
    head = ("method", "queries", *columns)
    return Table(name=name, title=title, note=note, head=head, rows=tuple(rows))

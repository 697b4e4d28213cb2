"""Figures, rows and tables say what was scored, and where nothing was."""

import json
from dataclasses import replace

import pytest

from modelkin.bench.modelreuse import tables
from modelkin.bench.modelreuse.anchors import anchors
from modelkin.bench.modelreuse.cells import of_score
from modelkin.bench.modelreuse.config import Config
from modelkin.bench.modelreuse.headline import HEADLINE, figures_of
from modelkin.bench.modelreuse.markdown import as_markdown
from modelkin.bench.modelreuse.rows import rows_of
from modelkin.bench.modelreuse.scores import Scores
from modelkin.bench.modelreuse.zoo_summary import ZooSummary
from modelkin.bench.table import Table

OWN = Config(method="default", queries="image-mix-v1", access="scores", budget=100, cohort=True)


def without(scores: Scores, gone: Config, why: str) -> Scores:
    kept = {config: one for config, one in scores.by.items() if config != gone}
    return replace(scores, by=kept, holes={**scores.holes, gone: why})


def test_headline_is_the_product_s_own_recipe(scores: Scores) -> None:
    figures, missing = figures_of(scores, {"auc": "at least .9"})
    groups = scores.by[OWN]
    assert set(HEADLINE) <= set(figures)
    assert figures["auc"].target == "at least .9"
    assert replace(figures["auc"], target="") == groups["all"].auc
    assert figures["tpr_at_fpr5_q100"] == groups["all"].tpr5
    assert figures["tpr_at_fpr5_extraction"] == groups["extraction"].tpr5
    assert figures["tpr_at_fpr5_n3"] == groups["null:N3"].tpr5
    data = scores.by[replace(OWN, queries="training-set")]
    assert figures["data_tpr_at_fpr5_q100"] == data["all"].tpr5
    assert not set(missing) & set(HEADLINE)


def test_each_method_has_its_figures(scores: Scores) -> None:
    figures, _ = figures_of(scores)
    plain = replace(OWN, method="ddv", cohort=False)
    assert figures["ddv_rule_correct"] == scores.by[plain]["all"].rule
    assert figures["ddv_tpr_at_fpr5_q100"] == scores.by[plain]["all"].tpr5
    cohort = scores.by[replace(plain, cohort=True)]["all"]
    assert figures["ddv_cohort_auc"] == cohort.auc
    data = scores.by[replace(plain, queries="training-set")]["all"]
    assert figures["ddv_data_auc"] == data.auc
    assert "same_label_correlation_auc" in figures


def test_holes_are_missing_with_their_reason(scores: Scores) -> None:
    figures, missing = figures_of(without(scores, OWN, "the cohort is empty"))
    assert missing["auc"] == missing["tpr_at_fpr5_n3"] == "the cohort is empty"
    assert missing["rsm_cohort_auc"] == "no similarity among the cohort's models"
    assert "auc" not in figures
    assert "data_tpr_at_fpr5_q100" in figures


def test_groups_that_nothing_defines_are_missing(scores: Scores) -> None:
    groups = {name: one for name, one in scores.by[OWN].items() if name != "null:N3"}
    _, missing = figures_of(replace(scores, by={**scores.by, OWN: groups}))
    assert "null:N3" in missing["tpr_at_fpr5_n3"]


def test_a_method_that_reads_labels_only_is_shown_at_that_access(scores: Scores) -> None:
    label = Config(method="akh", queries="image-mix-v1", access="label", budget=100, cohort=False)
    known = replace(scores, by={**scores.by, label: scores.by[OWN]})
    assert figures_of(known)[0]["akh_auc"] == scores.by[OWN]["all"].auc
    assert "akh (label)" in {row[0] for row in tables.method_table(known).rows}


def test_rows_hold_every_configuration(scores: Scores) -> None:
    rows = rows_of(scores)
    assert len(rows) == len(scores.by) + len(scores.holes)
    holes = [row for row in rows if "hole" in row]
    assert {row["method"] for row in holes} == {"rsm"}
    own = next(row for row in rows if all(row[key] == value for key, value in vars(OWN).items()))
    auc = scores.by[OWN]["all"].auc
    assert auc is not None
    assert own["auc"] == [*(round(end, 4) for end in (auc.value, auc.low, auc.high)), auc.n]
    assert own["source_queries"] == 100
    assert set(own["nulls"]) == {"N1", "N2", "N1-N2", "same-data", "N3"}
    assert {"transfer", "extraction", "quantized"} <= set(own["types"])
    assert "quantized-int8" in own["variants"]
    json.dumps(rows, allow_nan=False)


def test_coarse_rates_are_marked(scores: Scores) -> None:
    one = scores.by[OWN]["all"]
    assert of_score(replace(one, families=20), "tpr5")[-1].isdigit()
    assert of_score(replace(one, families=19), "tpr5").endswith("†")
    assert of_score(replace(one, families=2, negatives=19), "tpr5").endswith("‡")
    assert of_score(None, "tpr5") == "-"


def test_holes_stand_in_the_tables(scores: Scores) -> None:
    for table in (tables.method_table(scores), tables.type_table(scores)):
        (row,) = [row for row in table.rows if row[:2] == ("rsm + cohort", "image-mix-v1")]
        assert row[2:] == ("hole: no similarity among the cohort's models",)
    assert len(tables.hole_table(scores).rows) == len(scores.holes)


def test_what_a_method_cannot_rate_is_a_gap(scores: Scores) -> None:
    table = tables.type_table(scores)
    transfer = table.head.index("transferred")
    (row,) = [row for row in table.rows if row[:2] == ("same-label-correlation", "image-mix-v1")]
    assert row[transfer] == "-"
    assert row[table.head.index("quantized")] != "-"
    (whole,) = [
        row
        for row in tables.method_table(scores).rows
        if row[:2] == ("same-label-correlation", "image-mix-v1")
    ]
    rated, _, of = whole[2].partition(" of ")
    assert int(rated) < int(of)


@pytest.mark.parametrize(
    ("make"),
    [
        tables.method_table,
        tables.type_table,
        tables.rule_table,
        tables.variant_table,
        tables.null_table,
        tables.own_table,
        tables.access_table,
        tables.beside_table,
        tables.full_table,
    ],
)
def test_tables_are_whole(make: object, scores: Scores) -> None:
    assert callable(make)
    table: Table = make(scores)
    assert table.rows
    for row in table.rows:
        short = "hole: " in row[-1]
        assert len(row) < len(table.head) if short else len(row) == len(table.head)


def test_published_figures_are_marked_as_another_zoo(scores: Scores, summary: ZooSummary) -> None:
    assert all("Another zoo" in table.note for table in anchors())
    figures, missing = figures_of(scores)
    text = as_markdown(scores, summary, figures=figures, missing=missing)
    assert text.count("Another zoo") == len(anchors())
    assert "training <b>diverged</b>" in text
    assert "rsm + cohort on 100 image-mix-v1, scores" in text


def test_markdown_keeps_cells_apart() -> None:
    table = Table(name="t", title="T", head=("a", "b", "c"), rows=(("x|y", "hole: 1\n2"),))
    assert table.markdown().splitlines()[-1] == r"| x\|y | hole: 1 2 |  |"


def test_zoo_counts_its_models(summary: ZooSummary) -> None:
    kinds, failed = summary.tables()
    assert sum(int(row[2]) for row in kinds.rows) == len(summary.entries)
    assert sum(int(row[3]) for row in kinds.rows) == 1
    assert failed.rows == ((summary.entries[0].name, "training <b>diverged</b>"),)

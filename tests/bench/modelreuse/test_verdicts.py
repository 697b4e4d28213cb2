"""The product's own verdicts on a zoo whose answers are made up to a known rule."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from modelkin.bench.modelreuse.answers import Answers
from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.grammar import Grammar
from modelkin.bench.modelreuse.plan import Plan
from modelkin.bench.modelreuse.query_sets import MOST, QuerySets
from modelkin.bench.modelreuse.recording import queries_path
from modelkin.bench.modelreuse.verdict_figures import (
    Verdicts,
    named_figures,
    verdict_figures,
    verdict_rows,
    verdict_table,
)
from modelkin.bench.modelreuse.verdicts import Ruling, Setting, rule_case
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.errors import UsageError
from modelkin.records import FloatArray

_WIDTH = {"tinyimagenet60_64": 8, "flowers102_64": 6}
_SCORES = Setting(queries="image-mix-v1", access="scores", budget=60)


def _logits(entry: Entry, by_name: dict[str, Entry], key: str) -> FloatArray:
    """A task in common, a random start of one's own; a copy is its parent and a little noise."""
    own = np.random.default_rng([*entry.name.encode(), *key.encode()]).normal
    width = _WIDTH[entry.task]
    if entry.parent and entry.how is not How.TRANSFERRED:
        made = _logits(by_name[entry.parent], by_name, key) + 0.1 * own(size=(MOST, width))
    else:
        start = np.random.default_rng([*entry.family.encode(), *key.encode()])
        task = np.random.default_rng([*entry.task.encode(), *key.encode()])
        # a transfer keeps what the base answers, under other classes
        turn = np.random.default_rng([*entry.task.encode(), 7]).normal(size=(8, width))
        base = start.normal(size=(MOST, 8)) @ turn
        made = base + 4 * task.normal(size=(MOST, width)) + 0.1 * own(size=(MOST, width))
    return np.asarray(made)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    grammar = Grammar(targets=("flowers102_64",), lineages=1, honest_a=4, honest_b=5, tuned=(100,))
    zoo = Zoo(folder=tmp_path_factory.mktemp("zoo"), entries=grammar.entries())
    answers, by_name = Answers(folder=zoo.folder), dict(zoo.by_name)
    for entry in zoo.entries:
        zoo.model(entry).parent.mkdir(parents=True, exist_ok=True)
        zoo.model(entry).touch()
        zoo.keep(entry, {"accuracy": 0.5, "agreement": None, "seconds": 1.0, "bytes": 0})
        for key in ("image-mix-v1", "image-noise-v1"):
            answers.keep(entry, key, _logits(entry, by_name, key).astype(np.float32))
    return Plan(zoo=zoo)


@pytest.fixture(scope="module")
def rulings(plan: Plan) -> list[Ruling]:
    sets = QuerySets(zoo=plan.zoo, data=Path("unused"))
    return [one for case in plan.cases for one in rule_case(plan, sets, _SCORES, case)]


@pytest.fixture(scope="module")
def verdicts(rulings: list[Ruling], plan: Plan) -> Verdicts:
    return verdict_figures({_SCORES: rulings}, plan.zoo.entries, 0)[_SCORES]


def test_copies_are_found_and_alpha_holds(verdicts: Verdicts) -> None:
    assert verdicts.found["all"].value > 0.95
    assert verdicts.accused["all"].value <= 1 / verdicts.families[0]
    assert verdicts.families == (20, 21)


def test_pool_and_method_are_those_of_compare(rulings: list[Ruling], plan: Plan) -> None:
    task = {entry.name: entry.task for entry in plan.entries}
    for one in rulings:
        same = task[one.source] == task[one.suspect]
        assert one.method == ("log_correlation" if same else "whitened_cka")


def test_nobody_is_judged_against_the_own_family(rulings: list[Ruling], plan: Plan) -> None:
    how = {entry.name: entry.how for entry in plan.entries}
    honest = {one.families for one in rulings if how[one.suspect] is How.RETRAINED}
    copies = {one.families for one in rulings if how[one.suspect] is How.QUANTIZED}
    assert {size + 1 for size in honest} == copies


def test_p_is_what_the_families_support(rulings: list[Ruling]) -> None:
    for one in rulings:
        reached = one.p_value * (one.families + 1)
        assert reached == pytest.approx(round(reached))
        assert reached > 0.5
        assert one.related == (one.p_value <= 0.05)


def test_labels_are_not_compared_across_label_sets(plan: Plan) -> None:
    sets = QuerySets(zoo=plan.zoo, data=Path("unused"))
    setting = replace(_SCORES, access="label")
    found = [one for case in plan.cases for one in rule_case(plan, sets, setting, case)]
    assert {one.method for one in found} == {"label_agreement"}


def test_a_crafted_method_is_judged_on_the_queries_of_its_source(plan: Plan) -> None:
    sets = QuerySets(zoo=plan.zoo, data=Path("unused"))
    setting = Setting(queries="image-mix-v1", access="scores", budget=60, method="impressions")
    case = next(one for one in plan.cases if one.source.task == "flowers102_64")
    assert rule_case(plan, sets, setting, case) == []  # none were made
    key = f"image-mix-v1+class_impressions@{case.source.name}"
    by_name = dict(plan.zoo.by_name)
    for entry in case.members:
        if entry.task == case.source.task:
            logits = _logits(entry, by_name, key).astype(np.float32)
            Answers(folder=plan.zoo.folder).keep(entry, key, logits[:100])
    path = queries_path(plan.zoo, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, np.random.default_rng(1).integers(0, 256, (100, 32, 32, 3), dtype=np.uint8))
    found = rule_case(plan, sets, setting, case)
    assert {one.method for one in found} == {"impressions"}
    how = {entry.name: entry.how for entry in plan.entries}
    assert all(one.related for one in found if how[one.suspect] is How.QUANTIZED)
    honest = [one.related for one in found if how[one.suspect] is How.RETRAINED]
    assert sum(honest) <= 1
    (row,) = verdict_rows(verdict_figures({setting: found}, plan.zoo.entries, 0))
    assert row["method"] == "compare --method impressions"
    assert setting.stem == "impressions_q60"


def test_a_method_that_crafts_nothing_is_no_setting(plan: Plan) -> None:
    sets = QuerySets(zoo=plan.zoo, data=Path("unused"))
    setting = Setting(queries="image-mix-v1", access="scores", budget=60, method="cka")
    case = next(one for one in plan.cases if one.source.task == "flowers102_64")
    with pytest.raises(UsageError, match="crafts no queries"):
        rule_case(plan, sets, setting, case)


def test_tables_and_figures_say_the_same(verdicts: Verdicts) -> None:
    known = {_SCORES: verdicts}
    assert named_figures(known)["found_q60"] == verdicts.found["all"]
    (row,) = verdict_rows(known)
    assert row["found"]["all"][0] == round(verdicts.found["all"].value, 4)
    table = verdict_table(known)
    cells = dict(zip(table.head, table.rows[0], strict=True))
    assert cells["found"].startswith(f"{verdicts.found['all'].value:.2f}")
    assert cells["accused: all"] == f"{verdicts.accused['all'].value:.2f}"

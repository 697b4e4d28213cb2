"""The check of ``modelkin dataset`` on a zoo: on answers in which the half shows, and does not."""

from pathlib import Path

import numpy as np
import pytest

from modelkin.bench.dataless.grammar import Grammar
from modelkin.bench.dataless.image_set import SIZE
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.query_measures import MIXTURE, QueryMeasures
from modelkin.bench.dataless.recording import recorded_own
from modelkin.bench.dataless.use import judge_half, use_questions
from modelkin.bench.dataless.zoo import Zoo
from modelkin.records import FloatArray, Verdict

_SETS = ("one_28", "two_28")
_QUERIES = 60


def _probabilities(logits: FloatArray) -> FloatArray:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> QueryMeasures:
    """Recorded answers: procedural queries show the set, pictures of a half show the half too."""
    folder = tmp_path_factory.mktemp("check")
    pictures = np.zeros((40, SIZE, SIZE, 1), np.uint8)
    labels = (np.arange(40) % 10).astype(np.int16)
    for name in _SETS:
        np.savez(
            folder / f"{name}.npz",
            allow_pickle=False,
            x_train=pictures,
            y_train=labels,
            x_test=pictures,
            y_test=labels,
        )
    kinds = (Kind.CNN, Kind.SVM)
    zoo = Zoo(folder=folder / "zoo", members=Grammar(sets=_SETS, kinds=kinds).members())
    asked = QueryMeasures(zoo=zoo, data=folder, count=_QUERIES)
    rng = np.random.default_rng(0)
    task = {name: rng.normal(0, 2, (_QUERIES, 10)) for name in _SETS}
    trace = {(name, half): rng.normal(0, 2, (_QUERIES, 10)) for name in _SETS for half in "ab"}
    for member in zoo.members:
        zoo.model(member).parent.mkdir(parents=True, exist_ok=True)
        zoo.model(member).touch()
        zoo.keep(member, {"accuracy": 1.0})
        mixed = task[member.data] + rng.normal(0, 1, (_QUERIES, 10))
        _write(asked, f"{MIXTURE}-n{_QUERIES}-s0", member.name, mixed)
        for (name, half), left in trace.items():
            own = task[member.data] + rng.normal(0, 1, (_QUERIES, 10))
            if (name, half) == (member.data, member.half):
                own += left
            _write(asked, f"own-{name}-{half}-n{_QUERIES}-s0", member.name, own)
    return asked


def _write(asked: QueryMeasures, key: str, name: str, logits: FloatArray) -> None:
    path = asked.zoo.folder / "answers" / key / f"{name}.npy"
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, _probabilities(logits).astype(np.float32))


def test_a_half_is_found_where_it_shows_and_seldom_where_it_does_not(asked: QueryMeasures) -> None:
    questions = use_questions(asked)
    assert len(questions) == 4
    found: dict[str, list[Verdict]] = {}
    for question in questions:
        for name, verdicts in judge_half(asked, question).items():
            found.setdefault(name, []).extend(verdicts)
    share = {
        name: sum(verdict is Verdict.RELATED for verdict in verdicts) / len(verdicts)
        for name, verdicts in found.items()
    }
    assert len(found["dataset_found"]) == len(found["dataset_false_other_half"]) == 48
    assert share["dataset_pictures_found"] > 0.9
    assert share["dataset_found"] < 0.3
    for asked_what in ("dataset", "dataset_pictures"):
        # exact for each half: of 12 others, each against the rest, at most one can be found
        assert share[f"{asked_what}_false_other_half"] <= 0.1
        assert share[f"{asked_what}_false_other_set"] == 0


def test_pictures_of_a_half_are_its_own_and_drawn_alike(asked: QueryMeasures) -> None:
    first = asked.own_pictures("one_28", "a")
    assert first.shape == (20, SIZE, SIZE, 1)
    assert np.array_equal(first, asked.own_pictures("one_28", "a"))
    member = asked.zoo.members[0]
    assert recorded_own(asked, member, "one_28", "a").shape == (_QUERIES, 10)


def test_too_few_others_give_no_verdict(asked: QueryMeasures, tmp_path: Path) -> None:
    members = tuple(one for one in asked.zoo.members if one.kind is Kind.CNN)
    zoo = Zoo(folder=asked.zoo.folder, members=members)
    few = QueryMeasures(zoo=zoo, data=tmp_path, count=_QUERIES)
    assert judge_half(few, use_questions(few)[0]) == {}

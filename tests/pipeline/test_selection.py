"""Chosen queries end to end: exact budgets, resuming, evidence, commitments, bad input."""

import importlib
import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import modelkin
from modelkin.errors import (
    BudgetError,
    DeviationError,
    IncompatibleError,
    ModelkinError,
    NotReproducedError,
    PredictionError,
    UnknownNameError,
    UsageError,
)
from modelkin.pipeline.commitment import committed_selection, parse_commitment
from modelkin.pipeline.committing import run_commit
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.writing_evidence import write_evidence
from modelkin.records import Stop, Verdict
from modelkin.report.as_html import render_html
from modelkin.report.as_json import report_to_dict
from modelkin.report.as_text import render_text

_MODULE = '''"""Linear models that share a task, one that counts and one that breaks down once."""
import numpy as np

_COMMON = np.random.default_rng(999).normal(size=(8, 6))
SEEN = []
STATE = {"left": 0}


def _weights(seed, weight=0.0, base=1):
    own = lambda s: 0.7 * _COMMON + np.random.default_rng(s).normal(size=(8, 6))
    return weight * own(base) + (1 - weight) * own(seed)


def _make(*args):
    weights = _weights(*args)

    def answer(rows):
        """Answer."""
        return np.asarray(rows, dtype=np.float64) @ weights

    answer.modelkin = {"shape": [8], "output": "logits"}
    return answer


def counting(rows):
    """Answer like a copy, and count."""
    SEEN.extend(np.asarray(rows).tobytes()[i * 32 : i * 32 + 32] for i in range(len(rows)))
    return np.asarray(rows, dtype=np.float64) @ _weights(2, 0.9)


def breaking(rows):
    """Answer like a copy until no rows are left, then fail."""
    if STATE["left"] < len(rows):
        raise RuntimeError("out of order")
    STATE["left"] -= len(rows)
    return np.asarray(rows, dtype=np.float64) @ _weights(2, 0.9)


def vectors(rows):
    """Answer with no classes."""
    return np.asarray(rows, dtype=np.float64) @ _weights(2, 0.9)


counting.modelkin = breaking.modelkin = {"shape": [8], "output": "logits"}
vectors.modelkin = {"shape": [8], "output": "vectors"}
source = _make(1)
copy = _make(2, 0.9)
near = _make(3, 0.97)
other = _make(77)
narrow = lambda rows: np.asarray(rows, dtype=np.float64) @ _weights(5)[:, :4]
narrow.modelkin = {"shape": [8], "output": "logits"}
'''
_ZOO = "selection_zoo"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("selection")
    honest = "".join(f"r{i} = _make({100 + i})\n" for i in range(20))
    (made / f"{_ZOO}.py").write_text(_MODULE + honest)
    sys.path.insert(0, str(made))
    yield made
    sys.path.remove(str(made))
    sys.modules.pop(_ZOO, None)


@pytest.fixture
def zoo(folder: Path, tmp_path: Path) -> Path:
    """Where a test may write; honest models answer once for all tests."""
    del folder
    importlib.import_module(_ZOO).SEEN.clear()
    return tmp_path


def asked(zoo: Path, suspect: str = "copy", **more: object) -> modelkin.Report:
    settings: dict[str, object] = {
        "references": [f"{_ZOO}:r{i}" for i in range(20)],
        "select": "expected_evidence",
        "candidates": 400,
        "queries": 60,
        "alpha": 0.1,
        "access": "label",
        "cache": zoo / "cache" if suspect in {"counting", "breaking"} else _shared(),
        "evidence": zoo / "evidence.zip",
    }
    return modelkin.compare(f"{_ZOO}:source", f"{_ZOO}:{suspect}", **settings | more)  # type: ignore[arg-type]


def _shared() -> Path:
    return Path(str(sys.modules[_ZOO].__file__)).parent / "cache"


def test_the_suspect_is_asked_the_chosen_queries_and_no_other(zoo: Path) -> None:
    report = asked(zoo, "counting")
    seen = sys.modules[_ZOO].SEEN
    assert len(seen) == len(set(seen)) == 60
    assert (report.source.asked, report.suspect.asked, report.suspect.asked_now) == (400, 60, 60)
    assert report.selection is not None
    assert (report.selection.candidates, report.selection.answered) == (400, 60)
    assert not {*report.selection.selecting} & {*report.selection.judging}
    assert report.decision.verdict is Verdict.RELATED
    assert report.selection.suspect_agreement > report.selection.honest_agreement + 0.3
    again = asked(zoo, "counting")
    assert (again.suspect.asked, again.suspect.asked_now, len(seen)) == (60, 0, 60)


def test_an_honest_model_is_not_accused_and_has_no_say_in_the_choice(zoo: Path) -> None:
    honest, copy = asked(zoo, "other"), asked(zoo, "copy")
    assert honest.decision.verdict is Verdict.NO_EVIDENCE
    assert honest.selection is not None
    assert copy.selection is not None
    assert honest.selection.chosen.tolist() == copy.selection.chosen.tolist()
    assert honest.selection.judging == copy.selection.judging
    null = honest.decision.null
    assert null is not None
    assert set(null.family_scores) == set(honest.selection.judging)


def test_another_seed_splits_the_families_otherwise(zoo: Path) -> None:
    first, second = asked(zoo, seed=1).selection, asked(zoo, seed=2).selection
    assert first is not None
    assert second is not None
    assert first.selecting != second.selecting


def test_scores_are_judged_by_the_named_method_on_the_chosen_queries(zoo: Path) -> None:
    report = asked(zoo, access=None, methods=["log_correlation"])
    assert report.decision.similarity.method == "log_correlation"
    assert report.decision.verdict is Verdict.RELATED
    assert report.suspect.asked == 60
    assert report.decision.null is not None
    assert report.selection is not None
    assert len(report.decision.null.family_scores) == len(report.selection.judging)
    assert modelkin.verify(zoo / "evidence.zip").p_value == report.decision.p_value


def test_identical_labels_have_similarity_one(zoo: Path) -> None:
    assert asked(zoo, "source").decision.similarity.value == 1.0


def test_the_sequential_verdict_stops_within_its_budget(zoo: Path) -> None:
    report = asked(zoo, "counting", anytime=True, queries=80, candidates=600)
    found = report.anytime
    assert found is not None
    assert found.stopped is Stop.EVIDENCE
    assert report.decision.verdict is Verdict.RELATED
    assert report.decision.e_value == found.e_value >= 10
    assert report.decision.p_value is None
    seen = sys.modules[_ZOO].SEEN
    assert len(seen) == len(set(seen)) == report.suspect.asked <= found.draws < 80
    assert found.bound >= max(found.largest, found.chairs)
    plain = report_to_dict(report)
    assert plain["e_value"] == found.e_value
    assert plain["anytime"]["stopped"] == "evidence"
    text = render_text(report)
    assert "null coverage" in text
    assert "not committed to" in text
    assert "null coverage" in render_html(report)
    before = len(seen)
    again = asked(zoo, "counting", anytime=True, queries=80, candidates=600)
    assert (len(seen), again.suspect.asked_now) == (before, 0)
    assert again.anytime == found


def test_an_honest_model_is_not_accused_by_draws(zoo: Path) -> None:
    report = asked(zoo, "other", anytime=True, queries=200, candidates=600)
    assert report.anytime is not None
    assert report.anytime.stopped is not Stop.EVIDENCE
    assert report.decision.verdict is Verdict.NO_EVIDENCE


def test_evidence_without_enough_families_accuses_nobody(zoo: Path) -> None:
    report = asked(zoo, anytime=True, alpha=0.04, candidates=600)
    assert report.anytime is not None
    assert report.anytime.e_value >= 25
    assert report.anytime.coverage > 0.04
    assert report.decision.verdict is Verdict.INCONCLUSIVE
    assert "cannot vouch" in report.decision.reason


@pytest.mark.parametrize("anytime", [False, True])
def test_a_run_that_broke_off_goes_on_within_the_budget(zoo: Path, anytime: bool) -> None:
    module = sys.modules[_ZOO]
    module.STATE["left"] = 5 if anytime else 12
    if anytime:
        with pytest.raises(PredictionError):
            asked(zoo, "breaking", anytime=True, candidates=600, alpha=0.0951, queries=80)
    else:
        with pytest.raises(PredictionError):
            asked(zoo, "breaking")
    module.STATE["left"] = 80
    report = (
        asked(zoo, "breaking", anytime=True, candidates=600, alpha=0.0951, queries=80)
        if anytime
        else asked(zoo, "breaking")
    )
    fresh = asked(
        zoo,
        "copy",
        anytime=anytime,
        **({"candidates": 600, "alpha": 0.0951, "queries": 80} if anytime else {}),
    )
    assert report.decision.verdict is fresh.decision.verdict
    # what the broken run had put to it is spent, and answers nothing
    assert fresh.suspect.asked <= report.suspect.asked <= (80 if anytime else 60)
    assert report.suspect.asked_now < report.suspect.asked


@pytest.mark.parametrize("anytime", [False, True])
def test_evidence_replays_choice_and_verdict(zoo: Path, anytime: bool) -> None:
    report = asked(zoo, anytime=anytime)
    held = read_evidence(zoo / "evidence.zip")
    judgement = recompute(held, name="evidence")
    assert judgement.decision.verdict is report.decision.verdict
    assert judgement.anytime == report.anytime
    assert report.selection is not None
    assert judgement.selection is not None
    assert judgement.selection.chosen.tolist() == report.selection.chosen.tolist()
    assert len(held.source) == 400
    assert len(held.suspect) == report.suspect.asked


def _altered(held: Evidence, what: str) -> Evidence:
    select = held.terms.select
    assert select is not None
    match what:
        case "seed":
            return replace(held, terms=replace(held.terms, select=replace(select, seed=5)))
        case "selector":
            terms = replace(held.terms, select=replace(select, selector="random"))
            return replace(held, terms=terms)
        case "unchosen query":
            spare = np.setdiff1d(held.source.index, held.suspect.index)
            odd = np.sort(np.append(held.suspect.index[1:], spare[0]))
            return replace(held, suspect=replace(held.suspect, index=odd))
        case "reference":
            first, *rest = held.references
            return replace(held, references=(*rest, replace(first, family="another")))
        case _:
            shown = json.loads(held.report)
            shown["selection"]["judging"] = shown["selection"]["judging"][1:]
            return replace(held, report=json.dumps(shown))


@pytest.mark.parametrize("what", ["seed", "selector", "unchosen query", "reference", "report"])
def test_evidence_of_another_choice_is_refused(zoo: Path, what: str) -> None:
    asked(zoo)
    altered = _altered(read_evidence(zoo / "evidence.zip"), what)
    write_evidence(zoo / "altered.zip", altered)
    with pytest.raises((NotReproducedError, IncompatibleError)):
        recompute(read_evidence(zoo / "altered.zip"), name="altered")


def test_an_e_value_in_the_report_must_follow_from_the_answers(zoo: Path) -> None:
    asked(zoo, anytime=True)
    held = read_evidence(zoo / "evidence.zip")
    shown = json.loads(held.report)
    shown["e_value"] *= 10
    with pytest.raises(NotReproducedError, match="e_value"):
        recompute(replace(held, report=json.dumps(shown)), name="altered")


def test_what_the_siblings_support_must_follow_from_the_answers(zoo: Path) -> None:
    asked(zoo)
    held = read_evidence(zoo / "evidence.zip")
    shown = json.loads(held.report)
    assert shown["null"]["siblings"] == {
        "n_models": 0,
        "n_families": 0,
        "floor": 1.0,
        "p_value": 1.0,
    }
    shown["null"]["siblings"]["n_families"] = 19
    with pytest.raises(NotReproducedError, match="shows siblings"):
        recompute(replace(held, report=json.dumps(shown)), name="altered")


def test_evidence_without_a_selection_does_not_mention_one(zoo: Path) -> None:
    asked(zoo, select=None, candidates=None)
    with zipfile.ZipFile(zoo / "evidence.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert "select" not in manifest["terms"]
    assert "selection" not in manifest["asked"]


def test_a_reference_that_is_related_to_the_source_withholds_the_verdict(zoo: Path) -> None:
    references = [f"{_ZOO}:r{i}" for i in range(20)]
    report = asked(zoo, references=[*references, f"{_ZOO}:near"])
    assert [one.reference for one in report.suspicions] == [f"{_ZOO}:near"]
    if report.decision.p_value is not None and report.decision.p_value <= 0.1:
        assert report.decision.verdict is Verdict.INCONCLUSIVE
        assert "withheld" in report.decision.reason
    left_out = asked(zoo, references=[*references, f"{_ZOO}:near"], leave_out=[f"{_ZOO}:near"])
    assert left_out.decision.verdict is Verdict.RELATED
    assert left_out.left_out == (f"{_ZOO}:near",)


def test_sentinels_lie_within_the_budget(zoo: Path) -> None:
    report = asked(zoo, "counting", sentinels=5)
    assert len(sys.modules[_ZOO].SEEN) == 60
    assert report.suspect.asked == 60
    assert report.steadiness is not None
    assert report.steadiness.kind == "steady"
    assert report.selection is not None
    assert report.selection.answered == 55
    assert modelkin.verify(zoo / "evidence.zip").verdict is report.decision.verdict


@pytest.mark.parametrize(
    ("settings", "error", "says"),
    [
        ({"select": "nothing"}, UnknownNameError, "nothing"),
        ({"select": None}, UsageError, "--candidates"),
        ({"candidates": 50}, UsageError, "50 candidates"),
        ({"queries": 10}, BudgetError, "10 chosen"),
        ({"until_width": 0.1}, UsageError, "--until-width"),
        ({"anytime": True, "methods": ["label_agreement"]}, UsageError, "--method"),
        ({"anytime": True, "sentinels": 3}, UsageError, "--sentinels"),
        ({"select": "own_copies"}, UsageError, "own copies"),
        ({"references": [f"{_ZOO}:r0", f"{_ZOO}:r1"]}, IncompatibleError, "2 independent families"),
        ({"references": []}, IncompatibleError, "0 independent families"),
    ],
)
def test_what_cannot_be_chosen_is_refused_before_the_suspect_is_asked(
    zoo: Path, settings: dict[str, object], error: type[ModelkinError], says: str
) -> None:
    with pytest.raises(error, match=says):
        asked(zoo, "counting", **settings)
    assert not sys.modules[_ZOO].SEEN


def test_models_without_labels_are_refused(zoo: Path) -> None:
    with pytest.raises(IncompatibleError, match="no classes"):
        asked(zoo, "vectors", access=None)
    with pytest.raises(IncompatibleError, match="outputs"):
        asked(zoo, "narrow", access=None)


def _committed(zoo: Path, **settings: object) -> Path:
    options = CompareOptions(
        cache=zoo / "cache",
        alpha=0.1,
        queries=60,
        select="expected_evidence",
        candidates=400,
        **settings,  # type: ignore[arg-type]
    )
    made, _ = run_commit(f"{_ZOO}:source", [f"{_ZOO}:r{i}" for i in range(20)], options)
    (zoo / "commitment.json").write_bytes(made.text.encode())
    return zoo / "commitment.json"


def test_a_selection_is_held_to_its_commitment(zoo: Path) -> None:
    commitment = _committed(zoo)
    settings: dict[str, object] = {"commitment": commitment, "beacon": b"later", "access": None}
    report = asked(zoo, "copy", **settings, select=None, candidates=None)
    assert report.selection is not None
    assert report.selection.candidates == 400
    held = read_evidence(zoo / "evidence.zip")
    assert recompute(held, name="evidence").decision.verdict is report.decision.verdict
    with pytest.raises(DeviationError, match="--select"):
        asked(zoo, "copy", **settings, select="random")
    with pytest.raises(DeviationError, match="--select"):
        asked(zoo, "copy", **settings, anytime=True)
    assert held.terms.select is not None
    for change in ({"queries": 61}, {"seed": 1}, {"selector": "random"}, {"anytime": True}):
        moved = replace(held.terms.select, **change)
        with pytest.raises(DeviationError, match="the selection's"):
            recompute(replace(held, terms=replace(held.terms, select=moved)), name="altered")


def test_commitments_from_before_there_were_selections_are_read(zoo: Path) -> None:
    options = CompareOptions(cache=zoo / "cache", alpha=0.1, queries=60)
    made, _ = run_commit(f"{_ZOO}:source", [f"{_ZOO}:r0"], options)
    assert "selection" not in made.content
    assert parse_commitment(made.text.encode(), name="old").content == made.content
    chosen = replace(options, select="random")
    assert committed_selection(chosen)["select"] == "random"


def _own_copies(folder: Path, *shares: float) -> Path:
    """Views of the source that shake its input."""
    folder.mkdir(exist_ok=True)
    rows = []
    for share in shares:
        name = f"shaken-{share:g}.view.json"
        steps = [{"do": "shake", "sd": share}]
        content = {"schema": "modelkin/view/1", "model": f"{_ZOO}:source", "steps": steps}
        (folder / name).write_text(json.dumps(content))
        rows.append({"location": name, "name": name, "kind": f"shaken {share:g}", "lost": False})
    (folder / "copies.json").write_text(json.dumps({"schema": "modelkin/copies/1", "copies": rows}))
    return folder


def test_own_copies_that_choose_are_held_to_the_commitment(zoo: Path) -> None:
    copies = _own_copies(zoo / "copies", 0.1, 0.3)
    options = CompareOptions(
        cache=zoo / "cache",
        alpha=0.1,
        queries=60,
        select="own_copies",
        candidates=400,
        copies=copies,
    )
    references = [f"{_ZOO}:r{i}" for i in range(20)]
    made, _ = run_commit(f"{_ZOO}:source", references, options)
    hidden, opening = run_commit(f"{_ZOO}:source", references, options, hide=True)
    assert '"copies":' not in hidden.text
    assert hidden.models(opening).copies == made.models().copies
    kinds = sorted(kind for _, kind, _ in made.models().copies)
    assert kinds == ["shaken 0.1", "shaken 0.3"]
    (zoo / "commitment.json").write_bytes(made.text.encode())
    settings: dict[str, object] = {
        "commitment": zoo / "commitment.json",
        "beacon": b"later",
        "access": None,
        "select": None,
        "candidates": None,
    }
    report = asked(zoo, "copy", **settings, copies=copies)
    assert report.selection is not None
    assert report.selection.copies == 2
    held = read_evidence(zoo / "evidence.zip")
    assert recompute(held, name="evidence").decision.verdict is report.decision.verdict
    first, second = held.copies
    with pytest.raises(DeviationError, match=r"own copy .* is none of those committed to"):
        recompute(replace(held, copies=(first, replace(second, kind="other"))), name="altered")
    with pytest.raises(DeviationError, match="1 of 2 are missing"):
        asked(zoo, "copy", **settings, copies=_own_copies(zoo / "fewer", 0.1))
    with pytest.raises(DeviationError, match="2 of 2 are missing"):
        asked(zoo, "copy", **settings)


def test_copies_that_were_not_committed_to_choose_nothing(zoo: Path) -> None:
    copies = _own_copies(zoo / "copies", 0.1)
    settings: dict[str, object] = {
        "commitment": _committed(zoo),
        "beacon": b"later",
        "access": None,
        "select": None,
        "candidates": None,
    }
    with pytest.raises(DeviationError, match="names none") as caught:
        asked(zoo, "counting", **settings, copies=copies)
    assert "commit --copies" in caught.value.hint
    assert not sys.modules[_ZOO].SEEN
    options = CompareOptions(cache=zoo / "cache", alpha=0.1, select="own_copies", candidates=400)
    with pytest.raises(UsageError, match="none are committed to"):
        run_commit(f"{_ZOO}:source", [f"{_ZOO}:r0"], options)


def test_the_bound_rests_on_copies_of_the_references_too(zoo: Path) -> None:
    report = asked(zoo, "counting", anytime=True, candidates=600)
    found = report.anytime
    assert found is not None
    assert report.selection is not None
    # two ways of shaking rows for each judging reference
    assert found.copies == 2 * len(report.selection.judging)
    assert 0 < found.draws <= found.most < found.pool
    held = read_evidence(zoo / "evidence.zip")
    assert recompute(held, name="evidence").anytime == found
    bare = replace(held, references=tuple(replace(one, copies=()) for one in held.references))
    with pytest.raises(NotReproducedError):
        recompute(bare, name="altered")
    seen = sys.modules[_ZOO].SEEN
    assert len(seen) == report.suspect.asked, "the suspect was asked nothing for it"


def test_power_of_a_sequential_verdict_with_own_copies(zoo: Path) -> None:
    copies = _own_copies(zoo / "copies", 0.1, 0.2)
    report = asked(zoo, select="own_copies", anytime=True, candidates=600, copies=copies)
    assert report.anytime is not None
    assert report.anytime.copies > 0
    assert report.power is not None
    # each kind is judged by queries that the other one chose, which no copy of a reference saw
    assert [(one.kind, one.found) for one in report.power.kinds] == [
        ("shaken 0.1", 1),
        ("shaken 0.2", 1),
    ]
    assert modelkin.verify(zoo / "evidence.zip").verdict is report.decision.verdict

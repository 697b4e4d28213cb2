"""Evidence replays what was judged: with a cohort, and as it was before there were any."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from modelkin.errors import NotReproducedError
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.judging import Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.stated import stated_result
from modelkin.pipeline.writing_evidence import write_evidence
from modelkin.records import Access, FloatArray, OutputKind, Responses


def make(name: str, values: FloatArray) -> Responses:
    return Responses(
        model=name,
        model_digest=name,
        pool="p",
        pool_digest="q",
        values=values,
        kind=OutputKind.LOGITS,
        access=Access.SCORES,
        index=np.arange(len(values)),
        parts=("one",) * len(values),
        asked=len(values),
    )


def evidence(*, cohort: bool) -> Evidence:
    rng = np.random.default_rng(0)
    task, own = rng.normal(size=(60, 5)), rng.normal(size=(60, 5))
    source, suspect = make("source", task + own), make("suspect", task + own + 0.3 * task)
    references = tuple(
        Reference(make(f"r{i}", task + rng.normal(size=(60, 5))), f"f{i}") for i in range(6)
    )
    terms = Terms(methods=(), rule="conformal", alpha=0.2, null=None, cohort=cohort)
    found = judge(source, suspect, references, terms)
    decision = found.decision
    shown = {
        "verdict": decision.verdict,
        "relation": decision.relation,
        "p_value": decision.p_value,
    }
    return Evidence(
        source=source,
        suspect=suspect,
        references=references,
        terms=terms,
        stated=stated_result(found),
        report=json.dumps(shown),
    )


def altered(path: Path, change: dict[str, object] | None, *, terms: bool) -> Path:
    """The same file with its manifest changed; None takes the terms' cohort away."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files["manifest.json"])
    part = manifest["terms"] if terms else manifest["stated"]
    if change is None:
        del part["cohort"]
    else:
        part.update(change)
    files["manifest.json"] = json.dumps(manifest).encode()
    other = path.with_name("altered.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return other


def test_partial_similarities_are_stated_and_recomputed(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    write_evidence(path, evidence(cohort=True))
    read = read_evidence(path)
    found = recompute(read, name="evidence")
    assert found.decision.score is not None
    assert read.stated["score"] == pytest.approx(found.decision.score)
    assert found.decision.null is not None
    assert found.decision.null.cohort == 6
    wrong = altered(path, {"score": 0.5}, terms=False)
    with pytest.raises(NotReproducedError, match="score"):
        recompute(read_evidence(wrong), name="altered")


def test_files_from_before_there_were_cohorts_are_judged_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    write_evidence(path, evidence(cohort=False))
    old = altered(path, None, terms=True)
    decision = recompute(read_evidence(old), name="old").decision
    assert decision.score is None
    assert decision.judged == decision.similarity.value


def test_leaving_the_cohort_out_afterwards_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "evidence.zip"
    write_evidence(path, evidence(cohort=True))
    with pytest.raises(NotReproducedError):
        recompute(read_evidence(altered(path, {"cohort": False}, terms=True)), name="altered")

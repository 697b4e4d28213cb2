"""Asking again, suspects that change, several suspects: end to end on tiny models."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

import modelkin
from modelkin.cli.main import main
from modelkin.errors import BudgetError, UsageError
from modelkin.pipeline.challenge import run_challenge
from modelkin.pipeline.drawing import seed_from_digest
from modelkin.pipeline.members import read_members
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Silent
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.report.as_html import render_html
from modelkin.report.as_json import report_to_dict
from modelkin.report.as_text import render_text
from modelkin.report.schema import report_schema

pytestmark = pytest.mark.usefixtures("tiny_zoo")
Disputed = tuple[modelkin.Report, Path]
PAGE = Path(__file__).parents[2] / "docs" / "json.md"


def test_the_swap_test_is_in_every_report_and_replayed(disputed: Disputed) -> None:
    report, evidence = disputed
    found = report_to_dict(report)
    Draft202012Validator(report_schema()).validate(found)
    assert len(found["swap"]["chairs"]) == 20
    assert "with a reference in the source's chair" in " ".join(render_text(report, 300).split())
    assert "Swap test: p-values" in render_html(report)
    held = read_evidence(evidence)
    assert set(held.stated["swap"]) == {f"dispute_zoo:r{i}" for i in range(20)}
    assert recompute(held, name="e").swap == report.swap


def test_a_verdict_stands_on_fresh_queries(
    disputed: Disputed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again.zip"
    options = ["--cache", str(tmp_path / "cache"), "--quiet", "--new-evidence", str(again)]
    assert main(["challenge", str(disputed[1]), *options, "--json", "-"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["stands"] is True
    assert found["drawn"] == "random"
    assert found["evidence"]["p_value"] == found["challenge"]["p_value"] == pytest.approx(1 / 21)
    assert found["evidence"]["pool"] != found["challenge"]["pool"]
    assert (found["changed"], found["missing"]) == ([], [])
    page = PAGE.read_text(encoding="utf-8").partition("Keys of a challenge")[2]
    assert all(f"`{key}`" in page for key in (*found, *found["challenge"]))
    assert main(["verify", str(again)]) == 1
    assert main(["challenge", str(disputed[1]), *options, "--beacon", "1f"]) == 1
    shown = capsys.readouterr().out
    assert "The verdict stands: related on fresh queries too." in shown
    manifest = read_members(disputed[1])["manifest.json"]
    import hashlib

    seed = seed_from_digest(
        hashlib.sha256(manifest).hexdigest(), hashlib.sha256(b"\x1f").hexdigest()
    )
    assert f"seed: {seed} (beacon)" in shown


def test_a_verdict_that_does_not_stand_is_undecided(
    disputed: Disputed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another model is at the place of the suspect now."""
    options = ["--cache", str(tmp_path / "cache"), "--quiet", "--suspect", "dispute_zoo:r3"]
    assert main(["challenge", str(disputed[1]), *options, "--seed", "9"]) == 4
    shown = capsys.readouterr().out
    assert "does not stand: related in the evidence, no-evidence on fresh queries" in shown
    assert "changed: suspect 'dispute_zoo:r3'" in shown


def test_references_that_are_gone_are_named(disputed: Disputed, tmp_path: Path) -> None:
    found = modelkin.challenge(
        disputed[1],
        references=[f"dispute_zoo:r{i}" for i in range(19)],
        seed=7,
        cache=tmp_path / "cache",
    )
    assert found.missing == ("dispute_zoo:r19",)
    assert found.stands


def test_the_queries_of_a_challenge_must_be_fresh(disputed: Disputed, tmp_path: Path) -> None:
    options = CompareOptions(cache=tmp_path / "cache")
    with pytest.raises(UsageError, match="seed 0 is that of the evidence"):
        run_challenge(disputed[1], options, Silent(), seed=0)
    with pytest.raises(UsageError, match="both --seed and --beacon"):
        run_challenge(disputed[1], options, Silent(), seed=1, beacon=b"1")


def test_sentinels_are_part_of_the_budget_and_of_the_evidence(tmp_path: Path) -> None:
    evidence = tmp_path / "e.zip"
    report = modelkin.compare(
        "dispute_zoo:source",
        "dispute_zoo:copy",
        queries=100,
        sentinels=5,
        cache=tmp_path / "cache",
        evidence=evidence,
    )
    assert (report.suspect.asked, report.suspect.asked_now) == (100, 100)
    assert (report.source.asked, report.pool.used) == (100, 95)
    assert report.steadiness is not None
    assert report.steadiness.kind == "steady"
    assert "suspect-again.npz" in read_members(evidence)
    again = modelkin.compare(
        "dispute_zoo:source", "dispute_zoo:copy", queries=100, cache=tmp_path / "cache"
    )
    assert (again.suspect.asked, again.suspect.asked_now) == (100, 0), "repeats stay spent"
    with pytest.raises(BudgetError, match="too many to ask again"):
        modelkin.compare(
            "dispute_zoo:source", "dispute_zoo:r1", queries=100, sentinels=30, cache=tmp_path
        )
    with pytest.raises(UsageError, match="leaves it open"):
        modelkin.compare(
            "dispute_zoo:source",
            "dispute_zoo:r1",
            queries=100,
            sentinels=3,
            until_width=0.2,
            cache=tmp_path,
        )


def test_a_suspect_that_changes_gets_no_verdict(tmp_path: Path) -> None:
    calls = {"n": 0}
    opened = modelkin.open_model("dispute_zoo:copy")
    predict = opened.model.predict

    class Changing:
        signature = opened.model.signature

        def predict(self, batch: object) -> tuple[object, ...]:
            calls["n"] += len(batch.ids)  # type: ignore[attr-defined]
            (found,) = predict(batch)  # type: ignore[arg-type]
            return (found if calls["n"] < 50 else np.asarray(found)[:, ::-1],)

    from dataclasses import replace

    suspect = replace(opened, model=Changing(), file_digest="c" * 64)  # type: ignore[arg-type]
    evidence = tmp_path / "e.zip"
    report = modelkin.compare(
        "dispute_zoo:source",
        suspect,
        references=[f"dispute_zoo:r{i}" for i in range(20)],
        queries=100,
        sentinels=5,
        access="label",
        cache=tmp_path / "cache",
        evidence=evidence,
    )
    assert report.decision.verdict == "inconclusive"
    assert report.decision.p_value is None
    assert report.decision.reason.startswith("the verdict is withheld: ")
    assert "changed during the run" in report.decision.reason
    assert calls["n"] == 100
    assert modelkin.verify(evidence).reason == report.decision.reason
    assert "repeats" in render_text(report, 200)


def test_several_suspects_share_alpha(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    references = [word for i in range(20) for word in ("--references", f"dispute_zoo:r{i}")]
    base = ["compare", "dispute_zoo:source", "dispute_zoo:copy", "dispute_zoo:r6", *references]
    base += ["--queries", "100", "--cache", str(tmp_path / "cache"), "--quiet", "--json", "-"]
    assert main([*base, "--alpha", "0.2"]) == 1
    found = json.loads(capsys.readouterr().out)
    copy, other = found["suspects"]
    assert (copy["verdict"], other["verdict"]) == ("related", "no-evidence")
    assert copy["p_value"] == pytest.approx(1 / 21)
    assert copy["adjusted_p_value"] == pytest.approx(2 / 21)
    assert found["asked"] == 2
    page = PAGE.read_text(encoding="utf-8").partition("Keys of several suspects")[2]
    assert all(f"`{key}`" in page for key in (*found, *copy))
    assert main(base) == 4, "20 families do not carry alpha 0.05 for two"
    reason = json.loads(capsys.readouterr().out)["suspects"][0]["reason"]
    assert "cannot support alpha 0.05 over 2 suspects: 39 are needed" in reason
    assert main([*base, "--evidence", str(tmp_path / "e.zip")]) == 2
    assert main([*base[:-2], "--alpha", "0.2"]) == 1
    assert "alpha 0.2 is shared over 2 suspects" in " ".join(capsys.readouterr().out.split())
    missing = [*base, "--alpha", "0.2"]
    missing.insert(4, "dispute_zoo:nothing")
    assert main(missing) == 1
    assert len(json.loads(capsys.readouterr().out)["failed"]) == 1


def test_leave_out_names_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    base = ["compare", "dispute_zoo:source", "dispute_zoo:copy", "--references", "dispute_zoo:r1"]
    assert main([*base, "--leave-out", "dispute_zoo:r2"]) == 2
    assert "did you mean 'dispute_zoo:r1'?" in capsys.readouterr().err


def test_an_altered_evidence_file_is_not_challenged(disputed: Disputed, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    shutil.copy(disputed[1], bad)
    content = bytearray(bad.read_bytes())
    content[len(content) // 2] ^= 0xFF
    bad.write_bytes(bytes(content))
    assert main(["challenge", str(bad), "--cache", str(tmp_path), "--quiet"]) == 3

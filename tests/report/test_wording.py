"""The sentences: each verdict worded well, nothing accused, no p-value of 0."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from modelkin.records import Relation, Report, Verdict
from modelkin.report import wording
from modelkin.report.as_html import render_html
from modelkin.report.as_text import render_text

ACCUSING = re.compile(r"\b(stolen|steal\w*|theft|thie\w+|guilty|culprit|plagiar\w*|infring\w*)\b")


def test_no_sample_accuses(report: Report) -> None:
    assert not ACCUSING.search(render_text(report).lower())
    assert not ACCUSING.search(render_html(report).lower())


@pytest.mark.parametrize("relation", [*Relation, None])
def test_related_is_worded_as_consistent_with(
    sample: Callable[[str], Report], relation: Relation | None
) -> None:
    report = sample("related")
    decision = replace(report.decision, relation=relation)
    sentence = wording.verdict_sentence(replace(report, decision=decision))
    assert "consistent with" in sentence
    assert not ACCUSING.search(sentence)


def test_no_evidence_does_not_claim_independence(sample: Callable[[str], Report]) -> None:
    report = sample("no-evidence")
    assert wording.verdict_sentence(report).startswith("No evidence that")
    assert any(limit.startswith("Independence:") for limit in wording.limits(report))


def test_no_evidence_without_references_compares_with_nobody(
    sample: Callable[[str], Report],
) -> None:
    report = sample("inconclusive")
    decision = replace(report.decision, verdict=Verdict.NO_EVIDENCE)
    assert "independent models" not in wording.verdict_sentence(replace(report, decision=decision))


def test_inconclusive_decides_nothing(sample: Callable[[str], Report]) -> None:
    assert "cannot be decided" in wording.verdict_sentence(sample("inconclusive"))


def test_identical_needs_no_references(sample: Callable[[str], Report]) -> None:
    report = sample("identical")
    assert "one and the same model" in wording.verdict_sentence(report)
    assert "No references were needed" in wording.null_sentence(report.decision)


def test_a_p_value_of_zero_is_printed_as_its_floor(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    assert wording.p_text(replace(report.decision, p_value=0.0)) == "p = 0.111"


def test_a_floor_above_alpha_is_pointed_out(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    strict = replace(report, decision=replace(report.decision, alpha=0.05))
    assert any("no result could have reached alpha" in text for text in wording.explanation(strict))
    assert not any("no result could" in text for text in wording.explanation(report))


def test_an_alpha_of_zero_does_not_divide(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    never = replace(report, decision=replace(report.decision, alpha=0.0))
    assert any("infinity" in text for text in wording.explanation(never))


def test_limits_name_direction_ancestor_intent_proof_and_references(
    sample: Callable[[str], Report],
) -> None:
    heads = [limit.split(":")[0] for limit in wording.limits(sample("related"))]
    assert heads == [
        "Direction",
        "A common ancestor",
        "Intent or permission",
        "Proof",
        "Anything beyond the references",
    ]

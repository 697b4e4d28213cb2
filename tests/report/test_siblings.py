"""How many references can tell a copy from a model of the same data, and what they support."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from modelkin.records import Null, NullKind, NullScore, Report
from modelkin.report.as_html import render_html
from modelkin.report.as_json import report_to_dict
from modelkin.report.as_text import render_text


def null(*kinds: tuple[str, float, NullKind | None]) -> Null:
    scores = tuple(
        NullScore(reference=f"r{place}", family=family, value=value, null=kind)
        for place, (family, value, kind) in enumerate(kinds)
    )
    return Null(kind=NullKind.N1, scores=scores)


MIXED = null(
    ("a", 0.3, NullKind.N3),
    ("a", 0.9, NullKind.N3),
    ("b", 0.2, NullKind.N3),
    # one member that is something else makes the family something else
    ("c", 0.95, NullKind.N3),
    ("c", 0.1, NullKind.N2),
    ("d", 0.97, None),
)


def test_only_families_of_the_sources_own_data_count() -> None:
    own = MIXED.siblings
    assert own.family_scores == {"a": 0.9, "b": 0.2}
    assert own.floor == pytest.approx(1 / 3)
    assert own.p_value(0.95) == pytest.approx(1 / 3)
    assert own.p_value(0.9) == pytest.approx(2 / 3), "a tie counts against an accusation"
    assert MIXED.p_value(0.95) == pytest.approx(3 / 5)


def test_without_such_references_nothing_is_supported() -> None:
    none = null(("a", 0.3, NullKind.N2), ("b", 0.2, None)).siblings
    assert (len(none.scores), none.floor, none.p_value(1.0)) == (0, 1.0, 1.0)


def with_null(report: Report, found: Null) -> Report:
    return replace(report, decision=replace(report.decision, null=found))


def test_text_page_and_json_state_them(sample: Callable[[str], Report]) -> None:
    report = with_null(sample("related"), MIXED)
    told = report_to_dict(report)["null"]["siblings"]
    assert (told["n_models"], told["n_families"]) == (3, 2)
    assert told["floor"] == pytest.approx(1 / 3)
    judged = report.decision.judged
    assert told["p_value"] == pytest.approx(MIXED.siblings.p_value(judged))
    text = " ".join(render_text(report).split())
    assert "2 of 4 families were made as the source was" in text
    assert "floor 1/(2 + 1) = 0.33" in text
    assert "2 of 4 families were made as the source was" in render_html(report)


def test_text_says_that_there_are_none(sample: Callable[[str], Report]) -> None:
    report = with_null(sample("related"), null(("a", 0.3, NullKind.N2)))
    text = " ".join(render_text(report).split())
    assert "no reference is known to be made as the source was" in text
    assert "no reference is known" in render_html(report)

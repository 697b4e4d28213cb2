"""The JSON report: keys, schema, exact numbers, the golden file."""

import json
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jsonschema import Draft202012Validator

from modelkin.records import Report
from modelkin.report.as_json import render_json, report_to_dict
from modelkin.report.schema import report_schema

GOLDEN = Path(__file__).parent / "golden" / "related.json"
STABLE = {
    "schema", "run", "source", "suspect", "pool", "queries", "distance", "similarities",
    "intervals", "verdict", "relation", "p_value", "e_value", "alpha", "null", "rule", "reason",
    "label_sets", "warnings", "outcomes",
}  # fmt: skip


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(report_schema())


def test_the_schema_closes_the_top_and_describes_every_key() -> None:
    schema = report_schema()
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    described = list(_properties(schema))
    assert len(described) > 80
    assert [name for name, has in described if not has] == []


def test_every_sample_obeys_the_schema(report: Report) -> None:
    Draft202012Validator(report_schema()).validate(json.loads(render_json(report)))


def test_text_is_strict_json_ended_by_a_newline(report: Report) -> None:
    text = render_json(report)
    assert text.endswith("}\n")
    assert json.loads(text, parse_constant=_refuse) == report_to_dict(report)
    text.encode("ascii")


def test_stable_keys_are_there(report: Report) -> None:
    assert set(report_to_dict(report)) >= STABLE


def test_floats_survive_a_round_trip(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    read = json.loads(render_json(report))
    assert read["p_value"] == report.decision.p_value
    assert report.decision.null is not None
    values = [score.value for score in report.decision.null.scores]
    assert [score["value"] for score in read["null"]["scores"]] == values
    assert read["distance"] == {
        "value": 0.1234567890123,
        "low": 0.1234567890123 * 0.9,
        "high": 0.1234567890123 * 1.1,
        "name": "functional-distance",
    }


def test_numpy_numbers_are_written_as_plain_ones(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    decider = replace(report.decision.similarity, value=np.float64(0.25))
    decision = replace(report.decision, similarity=decider, alpha=np.float32(0.5))  # type: ignore[arg-type]
    read = json.loads(render_json(replace(report, decision=decision, similarities=(decider,))))
    assert (read["similarities"], read["alpha"]) == ({decider.method: 0.25}, 0.5)


def test_numbers_that_are_not_finite_become_null(sample: Callable[[str], Report]) -> None:
    found = report_to_dict(sample("undefined"))
    assert found["similarities"] == {"broken": None}
    assert found["intervals"] == {"broken": [None, None]}
    assert (found["p_value"], found["e_value"]) == (None, None)
    assert found["distance"]["value"] is None
    assert found["exhibits"][0]["source"] == [["a", None]]


def test_a_p_value_never_goes_below_its_floor_nor_to_zero(
    sample: Callable[[str], Report],
) -> None:
    report = sample("related")
    zero = replace(report.decision, p_value=0.0)
    assert report_to_dict(replace(report, decision=zero))["p_value"] == 1 / 9
    alone = replace(zero, null=None)
    assert report_to_dict(replace(report, decision=alone))["p_value"] is None


def test_the_deciding_method_is_never_left_out(sample: Callable[[str], Report]) -> None:
    found = report_to_dict(sample("empty"))
    assert list(found["similarities"]) == ["null-contrastive-agreement"]
    assert (found["distance"], found["relation"]) == (None, None)
    assert found["null"]["floor"] == 1.0


def test_one_method_with_two_settings_keeps_both(sample: Callable[[str], Report]) -> None:
    report = sample("related")
    twin = replace(report.similarities[0], params='{"k": 2}', value=0.5)
    found = report_to_dict(replace(report, similarities=(*report.similarities, twin)))
    assert found["similarities"]['null-contrastive-agreement {"k": 2}'] == 0.5


def test_outcomes_come_in_three_kinds(sample: Callable[[str], Report]) -> None:
    kinds = [one["kind"] for one in report_to_dict(sample("related"))["outcomes"]]
    assert kinds == ["decision", "skipped", "failed"]


def test_exhibits_hold_no_pixels(sample: Callable[[str], Report]) -> None:
    exhibits = report_to_dict(sample("related"))["exhibits"]
    assert len(exhibits) == 12
    assert set(exhibits[0]) == {
        "query", "part", "typical", "disagreement", "source", "suspect",
    }  # fmt: skip


def test_golden_file(sample: Callable[[str], Report]) -> None:
    """Set MODELKIN_GOLDEN=1 to write the golden files anew; then read the difference."""
    text = render_json(sample("related"))
    if os.environ.get("MODELKIN_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    read, expected = json.loads(text), json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert list(read) == list(expected)
    assert _rounded(read) == _rounded(expected)


def _rounded(value: Any) -> Any:  # noqa: ANN401
    """Leave out the last digits, which sums and powers of the samples may differ in."""
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else value
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    for name, inner in schema.get("properties", {}).items():
        yield name, bool(inner.get("description"))
        yield from _properties(inner)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _properties(schema[key])
    for inner in schema.get("$defs", {}).values():
        yield from _properties(inner)


def _refuse(constant: str) -> None:
    raise AssertionError(constant)

"""A report as JSON, after the published schema."""

import dataclasses
import json
import math
from typing import Any

import numpy as np

from modelkin.records import Decision, Exhibit, Null, Report, Similarity
from modelkin.report.facts import ratings
from modelkin.report.formatting import printable_p

SCHEMA = "modelkin/report/1"


def render_json(report: Report) -> str:
    """Write a report as JSON text; numbers that are not finite become null."""
    return json.dumps(report_to_dict(report), indent=2, allow_nan=False) + "\n"


def report_to_dict(report: Report) -> dict[str, Any]:
    """Turn a report into plain lists, dicts, strings and numbers with stable keys."""
    decision = report.decision
    rated = _by_method(ratings(report))
    return {
        "schema": SCHEMA,
        "verdict": decision.verdict.value,
        "relation": plain_json(decision.relation),
        "reason": decision.reason,
        "p_value": printable_p(decision),
        "e_value": plain_json(decision.e_value),
        "alpha": plain_json(decision.alpha),
        "adjusted_for": int(decision.adjusted_for),
        "rule": decision.rule,
        "distance": _distance(rated),
        "similarities": {name: plain_json(one.value) for name, one in rated.items()},
        "intervals": {
            name: [plain_json(one.low), plain_json(one.high)] for name, one in rated.items()
        },
        "methods": {name: _method(one) for name, one in rated.items()},
        "null": _null(decision),
        "queries": {"source": int(report.source.asked), "suspect": int(report.suspect.asked)},
        "label_sets": report.label_sets,
        "parity": plain_json(report.parity),
        "precision": _precision(report),
        "power": _power(report),
        "draw": plain_json(report.draw),
        "swap": _swap(report),
        "suspicions": plain_json(report.suspicions),
        "left_out": list(report.left_out),
        "steadiness": plain_json(report.steadiness),
        "selection": plain_json(report.selection),
        "anytime": plain_json(report.anytime),
        "warnings": list(report.warnings),
        "outcomes": _outcomes(report),
        "source": plain_json(report.source),
        "suspect": plain_json(report.suspect),
        "pool": plain_json(report.pool),
        "run": plain_json(report.run),
        "exhibits": [_exhibit(exhibit) for exhibit in report.exhibits],
    }


def _by_method(rated: tuple[Similarity, ...]) -> dict[str, Similarity]:
    found: dict[str, Similarity] = {}
    for one in rated:
        name = one.method if one.method not in found else f"{one.method} {one.params}"
        found.setdefault(name, one)
    return found


def _distance(rated: dict[str, Similarity]) -> dict[str, Any] | None:
    for name, one in rated.items():
        if one.distance is not None:
            return {
                "value": plain_json(one.distance),
                "low": plain_json(one.distance_low),
                "high": plain_json(one.distance_high),
                "name": name,
            }
    return None


def _precision(report: Report) -> dict[str, Any] | None:
    found = report.precision
    if found is None:
        return None
    return {**plain_json(found), "width": plain_json(found.width), "reached": bool(found.reached)}


def _power(report: Report) -> dict[str, Any] | None:
    found = report.power
    if found is None:
        return None
    kinds = [{**plain_json(one), "missed": plain_json(one.missed)} for one in found.kinds]
    return {**plain_json(found), "kinds": kinds}


def _swap(report: Report) -> dict[str, Any] | None:
    found = report.swap
    if found is None:
        return None
    counts = {"accused": found.accused, "share": found.share, "as_similar": found.as_similar}
    return {**plain_json(found), **counts}


def _method(one: Similarity) -> dict[str, Any]:
    return {
        "params": one.params,
        "confidence": plain_json(one.confidence),
        "n_queries": int(one.n_queries),
        "distance": plain_json(one.distance),
        "distance_low": plain_json(one.distance_low),
        "distance_high": plain_json(one.distance_high),
    }


def _null(decision: Decision) -> dict[str, Any] | None:
    null = decision.null
    if null is None:
        return None
    return {
        "kind": null.kind.value,
        "n_models": len(null.scores),
        "n_families": len(null.family_scores),
        "floor": null.floor,
        "meaning": null.kind.meaning,
        "cohort": int(null.cohort),
        "score": plain_json(decision.judged),
        "siblings": siblings_json(null, decision),
        "scores": plain_json(null.scores),
    }


def siblings_json(null: Null, decision: Decision) -> dict[str, Any]:
    """What the references made as the source was can support alone."""
    own = null.siblings
    return {
        "n_models": len(own.scores),
        "n_families": len(own.family_scores),
        "floor": own.floor,
        "p_value": None if decision.p_value is None else own.p_value(decision.judged),
    }


def _outcomes(report: Report) -> list[dict[str, Any]]:
    decision = report.decision
    decided = {
        "kind": "decision",
        "source": report.source.name,
        "suspect": report.suspect.name,
        "method": decision.similarity.method,
        "verdict": decision.verdict.value,
        "relation": plain_json(decision.relation),
        "reason": decision.reason,
    }
    skipped = [{"kind": "skipped", **plain_json(one)} for one in report.skipped]
    failed = [{"kind": "failed", **plain_json(one)} for one in report.failed]
    return [decided, *skipped, *failed]


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    return {
        "query": exhibit.query,
        "part": exhibit.part,
        "typical": bool(exhibit.typical),
        "disagreement": plain_json(exhibit.disagreement),
        "source": plain_json(exhibit.source),
        "suspect": plain_json(exhibit.suspect),
    }


def plain_json(value: Any) -> Any:  # noqa: ANN401 - any part of a record in, any JSON out
    """Turn a part of a record into lists, dicts, strings and numbers."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return str(value)
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {field.name: plain_json(getattr(value, field.name)) for field in fields}
    if isinstance(value, dict):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(item) for item in value]
    return value

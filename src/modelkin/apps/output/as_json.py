"""A scan as JSON."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from modelkin.apps.scan_report import Kin, ScannedModel, ScanReport

SCHEMA = "modelkin/scan/1"


def scan_json(report: ScanReport) -> str:
    """The scan, schema ``modelkin/scan/1``."""
    content = {
        "schema": SCHEMA,
        "verdict": report.verdict,
        "alpha": report.alpha,
        "flagged": list(report.flagged),
        "zoo": {"name": report.zoo, "models": report.zoo_models} if report.zoo else None,
        "apps": [asdict(one) for one in report.apps],
        "models": [_model(one) for one in report.models],
        "asked": report.asked,
        "warnings": list(report.warnings),
        "advice": list(report.advice),
        "outcomes": [
            *({"kind": "skipped", **asdict(one)} for one in report.skipped),
            *({"kind": "failed", **asdict(one)} for one in report.failed),
        ],
        "run": asdict(report.run),
    }
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


def scan_schema() -> dict[str, Any]:
    """What every scan's JSON obeys (JSON Schema 2020-12)."""
    text = files("modelkin.apps.output").joinpath("scan_schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _model(one: ScannedModel) -> dict[str, Any]:
    content = asdict(one)
    content["zoo"] = _kin(one.zoo)
    content["app"] = _kin(one.app)
    content["flags"] = [_kin(kin) for kin in one.flags]
    content["cues"] = [
        {"name": kin.name, "where": kin.where, "weights": asdict(kin.weights)}
        for kin in one.cues
        if kin.weights is not None
    ]
    return content


def _kin(kin: Kin | None) -> dict[str, Any] | None:
    return None if kin is None else asdict(kin)

"""A scan in SARIF 2.1.0, which code-scanning services read."""

import hashlib
import json
from typing import Any
from urllib.parse import quote

from modelkin.apps.output.wording import kin_text, weights_text
from modelkin.apps.scan_report import Kin, ScannedModel, ScanReport
from modelkin.records import Verdict
from modelkin.report.formatting import plain

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_HOME = "https://github.com/modelkin/modelkin"
RELATED, WEIGHTS = "MK001", "MK002"
_RULES = (
    (
        RELATED,
        "ContainsRelatedModel",
        "The app contains a model related to a flagged one",
        "It answers more like the flagged one than independent models do. By behaviour alone.",
        "error",
    ),
    (
        WEIGHTS,
        "SharesWeightsWithFlaggedModel",
        "The app contains a model that shares weights with a flagged one",
        "Tensors are equal or nearly so. A cue beside the verdict; it plays no part in it.",
        "warning",
    ),
)
_HELP = (
    "See what the flagged model is known for. Look at the similarity, the p-value and the number "
    "of independent families in the message; a finding supports other evidence and replaces none."
)


def scan_sarif(report: ScanReport) -> str:
    """The flagged findings as a SARIF log; what could not be read is told as notifications."""
    results = [one for model in report.models for one in _results(model)]
    failed = [
        {"level": "warning", "message": {"text": f"{plain(one.subject)}: {plain(one.reason)}"}}
        for one in report.failed
    ]
    run = {
        "tool": {
            "driver": {
                "name": "modelkin",
                "version": report.run.versions.get("modelkin", ""),
                "informationUri": _HOME,
                "rules": [_rule(*one) for one in _RULES],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "commandLine": report.run.command,
                "startTimeUtc": report.run.started.replace("+00:00", "Z"),
                "toolExecutionNotifications": failed,
            }
        ],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, allow_nan=False) + "\n"


def _rule(name: str, title: str, short: str, full: str, level: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": title,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": _HELP},
        "defaultConfiguration": {"level": level},
        "properties": {"precision": "medium", "tags": ["security", "machine-learning"]},
    }


def _results(model: ScannedModel) -> list[dict[str, Any]]:
    found = []
    for kin in model.flags:
        if kin.verdict is Verdict.RELATED:
            text = f"contains a model related to {plain(kin.name)}: {kin_text(kin)}"
            found.append(_result(model, kin, RELATED, "error", text))
        elif kin.weights is not None and kin.weights.telling:
            text = f"shares weights with {plain(kin.name)}: {weights_text(kin.weights)}"
            found.append(_result(model, kin, WEIGHTS, "warning", text))
    return found


def _result(model: ScannedModel, kin: Kin, rule: str, level: str, text: str) -> dict[str, Any]:
    order = [one[0] for one in _RULES]
    return {
        "ruleId": rule,
        "ruleIndex": order.index(rule),
        "level": level,
        "message": {"text": f"{plain(model.name)} {text}"},
        "locations": [_location(place) for place in model.places],
        "partialFingerprints": {
            "modelAndFlag/v1": f"{model.digest}:{plain(kin.name)}",
            # what GitHub tells findings apart by; it cannot hash lines of a package itself
            "primaryLocationLineHash": _hash(model, kin, rule),
        },
        "properties": {
            "similarity": kin.similarity,
            "method": kin.method,
            "pValue": kin.p_value,
            "pAdjusted": kin.p_adjusted,
            "families": kin.families,
            "relation": kin.relation,
            "sha256": model.digest,
        },
    }


def _hash(model: ScannedModel, kin: Kin, rule: str) -> str:
    about = json.dumps([rule, model.digest, kin.name])
    return hashlib.sha256(about.encode()).hexdigest()[:32] + ":1"


def _location(place: str) -> dict[str, Any]:
    app, _, inside = place.partition("!/")
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(plain(app), safe="/")},
            "region": {"startLine": 1},  # a package has no lines, and GitHub wants one
        }
    }
    if inside:
        location["logicalLocations"] = [{"fullyQualifiedName": plain(place), "kind": "resource"}]
    return location

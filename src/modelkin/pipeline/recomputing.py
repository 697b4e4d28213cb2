"""Judging recorded answers again, and insisting on what an evidence file states."""

import json
from typing import Any

from modelkin.errors import NotReproducedError
from modelkin.pipeline.concluding import Conclusion, conclude
from modelkin.pipeline.enclosing import require_bound
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.evidence_members import of_method, pack_terms
from modelkin.pipeline.judging import Judgement
from modelkin.pipeline.power import stated_power
from modelkin.pipeline.stated import stated_result
from modelkin.report.as_json import plain_json, siblings_json


def recompute(evidence: Evidence, *, name: str) -> Judgement:
    """Judge the recorded answers again and insist on the stated result.

    Raises:
        NotReproducedError: the answers do not lead to what the file states.
        CorruptFileError: crafted queries are not those that were answered.
        DeviationError: the run is not what its commitment says.
    """
    for method, own in evidence.crafted.items():
        own.require_own_queries(name=of_method(name, method))
    report: dict[str, Any] = json.loads(evidence.report)
    if evidence.bound is not None:
        require_bound(
            evidence.bound,
            report=report,
            terms=pack_terms(evidence.terms),
            references=evidence.references,
            copies=evidence.copies,
            asked=evidence.asked,
            name=name,
        )
    found = conclude(evidence)
    stated = stated_result(found.judgement) | stated_power(found.power)
    for key, value in evidence.stated.items():
        if stated.get(key) != value:
            raise _altered(f"'{name}' states {key} = {value}, its answers give {stated.get(key)}")
    shown = report | {"siblings": (report.get("null") or {}).get("siblings")}
    for key, value in _decided(evidence, found).items():
        if key == "siblings" and shown[key] is None:
            continue  # reports from before they were stated
        if shown.get(key) != value:
            raise _altered(
                f"the report in '{name}' shows {key} = {shown.get(key)}, the answers give {value}"
            )
    return found.judgement


def _decided(evidence: Evidence, found: Conclusion) -> dict[str, Any]:
    """What the report must show; people read that, and not what is stated beside it."""
    judgement = found.judgement
    decided: dict[str, Any] = {
        key: getattr(judgement.decision, key) for key in ("verdict", "relation", "p_value")
    }
    decided["e_value"] = plain_json(judgement.decision.e_value)
    if judgement.selection is not None:
        decided["selection"] = plain_json(judgement.selection)
        decided["anytime"] = plain_json(judgement.anytime)
    if judgement.decision.null is not None:
        decided["siblings"] = siblings_json(judgement.decision.null, judgement.decision)
    # what a run was held to and asked twice must not be taken away either
    decided["draw"] = plain_json(evidence.bound.draw) if evidence.bound else None
    decided["steadiness"] = plain_json(found.steadiness)
    return decided


def _altered(message: str) -> NotReproducedError:
    return NotReproducedError(
        message,
        hint="the file was altered, or another version decided; do not rely on it",
    )

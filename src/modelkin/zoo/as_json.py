"""What adding and mapping came to, as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from modelkin.records import Failed, Skipped
from modelkin.zoo.added import Added
from modelkin.zoo.sheet_map import SheetMap
from modelkin.zoo.zoo_map import ZooMap

_DIGITS = 6


def added_json(added: Added) -> str:
    """The outcome of ``modelkin fingerprint``, schema ``modelkin/fingerprint/1``."""
    content = {
        "schema": "modelkin/fingerprint/1",
        "recorded": [one.to_dict() for one in added.recorded],
        "known": [one.name for one in added.known],
        "changed": list(added.changed),
        "asked": added.asked,
        "groups": [one.to_dict() for one in added.groups],
        "notes": list(added.notes),
        "outcomes": _outcomes(added.skipped, added.failed),
    }
    return _text(content)


def map_json(found: ZooMap) -> str:
    """The outcome of ``modelkin map``, schema ``modelkin/map/1``."""
    content = {
        "schema": "modelkin/map/1",
        "zoo": found.zoo,
        "models": found.models,
        "notes": list(found.notes),
        "sheets": [_sheet(one) for one in found.sheets],
        "outcomes": _outcomes(found.skipped, found.failed),
    }
    return _text(content)


def _sheet(found: SheetMap) -> dict[str, Any]:
    sheet, clusters = found.sheet, found.clusters
    names = [one.name for one in sheet.members]
    nearest = sheet.nearest()[:, 0].tolist()
    return {
        "name": sheet.name,
        "group": sheet.group.name,
        "pool": sheet.group.pool,
        "pool_digest": sheet.group.pool_digest,
        "method": sheet.method.name,
        "params": json.loads(sheet.method.params),
        "why": sheet.why,
        "queries": sheet.queries,
        "notes": list(sheet.notes),
        "models": [
            {
                "name": one.name,
                "family": one.family,
                "cluster": int(clusters.of[place]),
                "x": round(float(found.layout.points[place, 0]), _DIGITS),
                "y": round(float(found.layout.points[place, 1]), _DIGITS),
                "nearest": names[nearest[place]],
                "similarity": round(float(sheet.similarities[place, nearest[place]]), _DIGITS),
                "digest": one.file_digest,
            }
            for place, one in enumerate(sheet.members)
        ],
        "similarities": sheet.similarities.round(_DIGITS).tolist(),
        "stress": round(found.layout.stress, _DIGITS),
        "start_stress": round(found.layout.start_stress, _DIGITS),
        "clusters": {
            "count": clusters.count,
            "height": clusters.height,
            "silhouette": clusters.silhouette,
            "rule": clusters.rule,
        },
        "tree": found.tree.newick(names),
    }


def _outcomes(skipped: Sequence[Skipped], failed: Sequence[Failed]) -> list[dict[str, str]]:
    return [
        *(
            {
                "kind": "failed",
                "subject": one.subject,
                "reason": one.reason,
                "error": one.error,
                "hint": one.hint,
            }
            for one in failed
        ),
        *({"kind": "skipped", "subject": one.subject, "reason": one.reason} for one in skipped),
    ]


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1) + "\n"

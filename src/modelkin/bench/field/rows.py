"""What became of every model, a row each."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from modelkin.bench.field.study import Study

_DIGITS = 4


def rows_of(study: Study) -> Iterator[dict[str, Any]]:
    """Group, outcome with the reason, feeding, and the most similar kin and stranger."""
    near = _nearest(study)
    for one in study.models:
        opened, answered = study.opened[one.file], study.answered.get(one.file)
        failed = opened.failed or (answered.failed if answered else "")
        mute = study.mute(one.file) if answered else ""
        again = study.second.get(one.file)
        kin, stranger = near.get(one.file, (None, None))
        yield {
            "file": one.file,
            "family": one.family,
            "group": (answered.group if answered else "") or opened.group,
            "outcome": "failed" if failed else "cannot tell" if mute else "rated",
            "why": failed or mute,
            "convention": opened.convention,
            "margin": None if opened.margin is None else round(opened.margin, 2),
            "points": again.points if again else None,
            "searched": again.searched if again else 0,
            "asked": _asked(study, one.file),
            "seconds": round(answered.seconds, 1) if answered else 0.0,
            "kin": kin,
            "stranger": stranger,
        }


def _asked(study: Study, file: str) -> int:
    """All queries put to a model: the pool's, the search's, and those around undecided points."""
    answered, again = study.answered.get(file), study.second.get(file)
    found = again.searched if again else 0
    if answered and answered.responses is not None:
        found += answered.responses.asked
    return found + sum(
        one.answers[file].asked for one in study.second.values() if file in one.answers
    )


def _nearest(study: Study) -> dict[str, tuple[float | None, float | None]]:
    found: dict[str, tuple[float | None, float | None]] = {}
    for group in study.groups.values():
        similarity, pairs = group.judged(), group.pairs
        for place, one in enumerate(pairs.models):
            mine = ((pairs.first == place) | (pairs.second == place)) & np.isfinite(similarity)
            kin, stranger = similarity[mine & pairs.related], similarity[mine & ~pairs.related]
            found[one.file] = (
                round(float(kin.max()), _DIGITS) if len(kin) else None,
                round(float(stranger.max()), _DIGITS) if len(stranger) else None,
            )
    return found

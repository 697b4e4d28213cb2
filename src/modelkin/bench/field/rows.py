"""What became of every model, a row each."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from modelkin.bench.field.rating import JUDGED
from modelkin.bench.field.study import Study

_DIGITS = 4


def rows_of(study: Study) -> Iterator[dict[str, Any]]:
    """Group, outcome with the reason, feeding, and the most similar kin and stranger."""
    near = _nearest(study)
    for one in study.models:
        opened, answered = study.opened[one.file], study.answered.get(one.file)
        failed = opened.failed or (answered.failed if answered else "")
        mute = answered.mute if answered else ""
        kin, stranger = near.get(one.file, (None, None))
        yield {
            "file": one.file,
            "family": one.family,
            "group": opened.group,
            "outcome": "failed" if failed else "cannot tell" if mute else "rated",
            "why": failed or mute,
            "convention": opened.convention,
            "margin": None if opened.margin is None else round(opened.margin, 2),
            "seconds": round(answered.seconds, 1) if answered else 0.0,
            "kin": kin,
            "stranger": stranger,
        }


def _nearest(study: Study) -> dict[str, tuple[float | None, float | None]]:
    found: dict[str, tuple[float | None, float | None]] = {}
    for group in study.groups.values():
        similarity, pairs = group.similarity(JUDGED), group.pairs
        for place, one in enumerate(pairs.models):
            mine = ((pairs.first == place) | (pairs.second == place)) & np.isfinite(similarity)
            kin, stranger = similarity[mine & pairs.related], similarity[mine & ~pairs.related]
            found[one.file] = (
                round(float(kin.max()), _DIGITS) if len(kin) else None,
                round(float(stranger.max()), _DIGITS) if len(stranger) else None,
            )
    return found

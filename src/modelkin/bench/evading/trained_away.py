"""Copies fine-tuned against the known queries, on queries of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from modelkin.bench.asking import answer
from modelkin.bench.evading.evasion import NONE
from modelkin.bench.evading.removed import Removed
from modelkin.bench.evading.scene import FRESH, Scene
from modelkin.bench.evading.stating import figures_of, row_of
from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.truth import ALL

_OTHER_KINDS = (FRESH, "photos", "training-set", "dead-leaves", "gaussian", "uniform")


def judge_removed(
    scene: Scene, made: Sequence[Removed]
) -> tuple[dict[str, Figure], list[dict[str, Any]]]:
    """Each evader in the place of its source's fine-tuned copy, by scores and by labels.

    Args:
        scene: the zoo.
        made: the evaders.
    """
    figures: dict[str, Figure] = {}
    rows = []
    lost = float(np.mean([one.lost for one in made]))
    tuned = {copy.parent: copy for copy in scene.copies.values() if copy.how is How.FINETUNED}
    mine = [one for one in made if one.source.name in tuned]
    chosen = {tuned[one.source.name].name: one for one in mine}
    cases = [
        replace(case, copies=tuple(c for c in case.copies if c.name in chosen))
        for case in scene.cases
        if case.source.name in {one.source.name for one in mine}
    ]
    for queries in (NONE.queries, *_OTHER_KINDS):
        plain = scene.answers(queries)
        evaded = {
            name: replace(
                plain[name], values=answer(one.path, scene.asked(queries, one.source.task))
            )
            for name, one in chosen.items()
        }
        for access in ("scores", "label"):
            base = scene.judged(plain, {}, access=access, cases=cases)
            found = scene.judged(plain, evaded, access=access, cases=cases)
            stem = {NONE.queries: "known"}.get(queries, queries)
            name = f"removed-{stem}" + ("-label" if access == "label" else "")
            figures |= figures_of(name, found, base)
            rows.append(row_of(name, ALL, found, base, lost))
    figures["removed_accuracy_lost"] = Figure(
        value=lost,
        low=min(one.lost for one in made),
        high=max(one.lost for one in made),
        n=len(made),
        target="<= 0.03",
    )
    return figures, rows

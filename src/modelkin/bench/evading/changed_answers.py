"""Copies whose queries or answers are changed on the way."""

from dataclasses import replace
from typing import Any

import numpy as np

from modelkin.bench.evading.evasion import BUDGET, Evasion
from modelkin.bench.evading.judging import GROUPS
from modelkin.bench.evading.scene import Scene
from modelkin.bench.evading.stating import figures_of, row_of
from modelkin.bench.evading.suspects import accuracy_lost, changed_logits
from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse.image_set import load_set
from modelkin.records import IntArray, Responses


def judge_evasion(scene: Scene, evasion: Evasion) -> tuple[dict[str, Figure], list[dict[str, Any]]]:
    """Figures and rows of one evasion.

    Args:
        scene: the zoo.
        evasion: what every copy does.
    """
    plain, base = scene.answers(evasion.queries), scene.baseline(evasion.queries)
    rows = np.arange(BUDGET // evasion.repeats if evasion.repeats else BUDGET)
    evaded = _evaded(scene, evasion, plain, rows)
    everyone = {name: one.take(rows) for name, one in plain.items()}
    found = scene.judged(everyone, evaded, access=evasion.access)
    cost = _cost(scene, evasion)
    name = evasion.name
    figures = figures_of(name, found, base)
    lines = [row_of(name, group, found, base, cost) for group in GROUPS]
    if any(step.do == "round" for step in evasion.steps):
        bare = scene.judged(everyone, evaded, access=evasion.access, level=False)
        figures |= figures_of(f"{name}-unlevelled", bare, base)
        lines += [row_of(f"{name}-unlevelled", group, bare, base, cost) for group in GROUPS]
    figures[f"{name}_accuracy_lost"] = Figure(
        value=cost, low=cost, high=cost, n=len(scene.copies), target="<= 0.03"
    )
    return figures, lines


def _evaded(
    scene: Scene, evasion: Evasion, plain: dict[str, Responses], rows: IntArray
) -> dict[str, Responses]:
    """What the copies show, by name."""
    pictures, natural = scene.pictures(evasion.queries), evasion.queries == "photos"
    evaded = {}
    for name, entry in scene.copies.items():
        told = plain[name].take(rows)
        if evasion.changes_input:
            logits = changed_logits(
                scene.plan.zoo, entry, evasion, pictures, evasion.queries, scene.cache
            )
            told = replace(told, values=logits[rows])
        evaded[name] = evasion.answers(told, pictures[rows], natural=natural)
    return evaded


def _cost(scene: Scene, evasion: Evasion) -> float:
    """Mean accuracy lost over all copies."""
    lost = []
    for task in sorted({entry.task for entry in scene.copies.values()}):
        images = load_set(scene.data, task, cache=scene.cache / "sets")
        copies = [entry for entry in scene.copies.values() if entry.task == task]
        share = accuracy_lost(scene.plan.zoo, copies, evasion, images, scene.cache)
        lost.append((share, len(copies)))
    return sum(share * count for share, count in lost) / sum(count for _, count in lost)

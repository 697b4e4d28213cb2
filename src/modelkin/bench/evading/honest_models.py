"""Honest models that are accused, or remarked on, as copies that evade are."""

from dataclasses import replace

from modelkin.bench.evading.evasion import NONE
from modelkin.bench.evading.judging import judge_honest
from modelkin.bench.evading.ruling import ALPHA
from modelkin.bench.evading.scene import Scene
from modelkin.bench.figures import Figure
from modelkin.bench.modelreuse.truth import ALL
from modelkin.pipeline.progress import Progress

_KINDS = (NONE.queries, "photos", "training-set")


def judge_bystanders(scene: Scene, progress: Progress) -> dict[str, Figure]:
    """By kind of queries and by access.

    Args:
        scene: the zoo.
        progress: told about each.
    """
    figures: dict[str, Figure] = {}
    with progress.task("judging honest models", 2 * len(_KINDS)) as advance:
        for queries in _KINDS:
            plain = scene.answers(queries)
            for access in ("scores", "label"):
                measured = judge_honest(
                    scene.cases,
                    plain,
                    access=access,
                    entries=scene.plan.zoo.entries,
                    seed=scene.seed,
                )
                for group, found in measured.items():
                    stem = "honest" if group == ALL else f"honest_{group}"
                    tail = f"{queries}-label" if access == "label" else queries
                    for what, figure in found.items():
                        target = f"<= {ALPHA:g}" if group == ALL else ""
                        figures[f"{stem}_{what}_{tail}"] = replace(figure, target=target)
                advance(1)
    return figures

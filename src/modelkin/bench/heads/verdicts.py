"""Verdicts as the product would reach them: one source, one suspect, references by family."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.partial import partial_to_first
from modelkin.answers.relative import relative_to_first
from modelkin.bench.heads.head import Head
from modelkin.bench.heads.pairs import Null, null_of
from modelkin.bench.heads.rating import PARTIAL, PLAIN, RELATIVE
from modelkin.records import FloatArray

RULES = (PLAIN, PARTIAL, RELATIVE)
BY_SIBLINGS = "by_siblings"
ALPHA = 0.1
_STRANGERS = 30
_LEAST = 9
"""References without which no p-value reaches ``ALPHA``."""


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """One verdict.

    Attributes:
        rule: how similarities are judged.
        strangers: the references were trained on other data than the source, all of them.
        null: what an honest suspect is; empty for kin.
        related: the truth.
        source: family of the source.
        called: the verdict was "related".
    """

    rule: str
    strangers: bool
    null: str
    related: bool
    source: str
    called: bool


def rule_all(
    models: Sequence[Head],
    methods: Mapping[str, FloatArray],
    cohort: dict[str, int],
    sources: Sequence[int],
    suspects: Sequence[int],
    *,
    seed: int,
) -> list[Ruled]:
    """Judge every suspect against every source.

    References are one model of every family but those of source and suspect; an honest suspect
    of a family never seen is then one of them, if it is as much of a stranger as they are.
    Where they are strangers and the suspect is a sibling, it is not: that is measured too.

    Args:
        models: rows and columns.
        methods: (m, m) of ``graded_cka`` and of its relative form; NaN where a model is mute.
        cohort: the references, by family.
        sources: places of the sources.
        suspects: places of the suspects.
        seed: of the choice of strangers.
    """
    found = []
    similarity, siblings = methods[PLAIN], _siblings(models, methods[RELATIVE], cohort)
    rng = np.random.default_rng(seed)
    for source in sources:
        # of strangers of other data there are hundreds, and they are all alike
        far = [at for at in suspects if null_of(models[source], models[at]) == Null.N1]
        near = [at for at in suspects if null_of(models[source], models[at]) != Null.N1]
        for suspect in (*near, *rng.permutation(far)[:_STRANGERS].tolist()):
            one, other = models[source], models[suspect]
            related = one.backbone == other.backbone
            null = null_of(one, other)
            rateable = bool(np.isfinite(similarity[source, suspect]))
            if one.trained == other.trained or not rateable or not (related or null):
                continue
            null_scores = [
                value
                for pair, value in siblings.items()
                if not pair & {one.backbone, other.backbone}
            ]
            if len(null_scores) >= _LEAST:
                reached = sum(value >= methods[RELATIVE][source, suspect] for value in null_scores)
                found.append(
                    Ruled(
                        rule=BY_SIBLINGS,
                        strangers=False,
                        null=null,
                        related=related,
                        source=one.backbone,
                        called=bool((1 + reached) / (len(null_scores) + 1) <= ALPHA),
                    )
                )
            for strangers in (False, True):
                references = [
                    place
                    for name, place in cohort.items()
                    if name not in {one.backbone, other.backbone}
                    and (not strangers or null_of(one, models[place]) == Null.N1)
                ]
                if len(references) < _LEAST:
                    continue
                places = [source, suspect, *references]
                square = similarity[np.ix_(places, places)]
                found += [
                    Ruled(
                        rule=rule,
                        strangers=strangers,
                        null=null,
                        related=related,
                        source=one.backbone,
                        called=_called(rule, square),
                    )
                    for rule in RULES
                ]
    return found


def _siblings(
    models: Sequence[Head], relative: FloatArray, cohort: dict[str, int]
) -> dict[frozenset[str], float]:
    """Relative similarity of the references of every two sibling families."""
    names = list(cohort)
    return {
        frozenset((one, other)): float(relative[cohort[one], cohort[other]])
        for at, one in enumerate(names)
        for other in names[:at]
        if null_of(models[cohort[one]], models[cohort[other]]) == Null.N3
    }


def _called(rule: str, square: FloatArray) -> bool:
    families = [str(place) for place in range(len(square) - 1)]
    if rule == RELATIVE:
        scores = relative_to_first(square, families)
    elif rule == PARTIAL:
        scores = partial_to_first(square, families)
    else:
        scores = square[0, 1:]
    reached = int((scores[1:] >= scores[0]).sum())
    return (1 + reached) / len(scores) <= ALPHA

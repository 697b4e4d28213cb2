"""References that look derived from the source, and what that does to chosen queries."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from modelkin.answers.odd_answers import odd_answers
from modelkin.pipeline.lineup import Lineup, find_suspicions
from modelkin.pipeline.preparing import Prepared, speakers_of
from modelkin.records import Decision, Suspicion, Verdict

_LEAST_FAMILIES = 3


def withheld(decision: Decision, suspicions: Sequence[Suspicion]) -> Decision:
    """No accusation beside a reference that looks derived from the source.

    A source built on top of a reference differs from it only where it was made to; queries chosen
    by that reference would find just those.
    """
    near = [one for one in suspicions if one.other is None]
    if decision.verdict is not Verdict.RELATED or not near:
        return decision
    return replace(
        decision,
        verdict=Verdict.INCONCLUSIVE,
        reason=f"the verdict is withheld: reference '{near[0].reference}' looks related to the "
        "source, and queries chosen with it may show no more than that; find out where it comes "
        f"from, then state its family or pass --leave-out {near[0].reference}",
    )


def suspicions_of(prepared: Prepared) -> tuple[Suspicion, ...]:
    """References that stand out over all candidates: by agreement, or by odd answers shared."""
    families = tuple(one.family for one in prepared.serving)
    if len(set(families)) < _LEAST_FAMILIES:
        return ()
    source = prepared.candidates.source
    rows = np.vstack([source, source, prepared.all_labels])
    rated = np.array([(rows == one).mean(axis=1) for one in rows])
    near = find_suspicions(
        Lineup(
            similarities=rated,
            names=tuple(one.responses.model for one in prepared.serving),
            families=families,
            queries=len(source),
        )
    )
    known = {one.reference for one in near if one.other is None}
    return (*near, *(one for one in _odd(prepared) if one.reference not in known))


def _odd(prepared: Prepared) -> tuple[Suspicion, ...]:
    """The reference that the source is crafted on top of, by answers that no other one gives."""
    speakers = speakers_of(prepared.serving, {one.family for one in prepared.serving})
    found = odd_answers(prepared.candidates.source, prepared.all_labels[speakers])
    if not found.related:
        return ()
    suspicion = Suspicion(
        reference=prepared.serving[speakers[found.reference]].responses.model,
        other=None,
        similarity=found.share,
        next_similarity=found.usual,
        deviations=found.deviations,
    )
    return (suspicion,)

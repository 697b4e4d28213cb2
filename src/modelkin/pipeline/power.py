"""A power statement: the owner's own copies in the suspect's place."""

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from modelkin.answers.restrict import restrict, rounded
from modelkin.errors import ModelkinError
from modelkin.pipeline.choosing import make_method
from modelkin.pipeline.judging import Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.records import (
    Access,
    CopyFound,
    Decision,
    KindPower,
    Power,
    Responses,
    Skipped,
    Verdict,
)


def measure_power(
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    copies: Sequence[OwnCopy],
    terms: Terms,
    method: str,
    *,
    top_k: int = 5,
) -> Power | None:
    """Judge every copy as the suspect was judged.

    A copy is put to the same rule with the same references, and seen no better than the suspect
    was: the same queries, the same access, the same rounding. No suspect is asked anything.

    Args:
        source: the source's answers.
        suspect: the suspect's, as they entered the comparison.
        references: the honest models.
        copies: the owner's.
        terms: of the run.
        method: the one that decided; copies are rated by it.
        top_k: with top-k access, how many scores were seen.

    Returns:
        None without copies.
    """
    if not copies:
        return None
    found: list[CopyFound] = []
    skipped: list[Skipped] = []
    crafted = make_method(method).crafter is not None
    for copy in copies:
        name = copy.responses.model
        if crafted:
            reason = f"'{method}' decided by queries crafted for it, which copies were not asked"
        elif copy.lost:
            reason = "lost its function, so nobody would use it"
        else:
            try:
                shown = seen_like(copy.responses.at(suspect.index), suspect, top_k)
                judged = judge(source, shown, references, replace(terms, methods=(method,)))
            except ModelkinError as error:
                reason = str(error)
            else:
                decision = judged.decision
                found.append(found_as(copy, decision))
                continue
        skipped.append(Skipped(subject=f"copy {name}", reason=reason))
    return power_of(found, skipped, alpha=terms.alpha, queries=len(suspect))


def found_as(copy: OwnCopy, decision: Decision) -> CopyFound:
    """What a decision says of a copy in the suspect's place."""
    return CopyFound(
        copy=copy.responses.model,
        kind=copy.kind,
        similarity=decision.similarity.value,
        method=decision.similarity.method,
        p_value=decision.p_value,
        found=decision.verdict is Verdict.RELATED,
    )


def power_of(
    found: Sequence[CopyFound], skipped: Sequence[Skipped], *, alpha: float, queries: int
) -> Power:
    """A power statement from copies that were judged."""
    return Power(
        alpha=alpha,
        queries=queries,
        kinds=_by_kind(found),
        copies=tuple(found),
        skipped=tuple(skipped),
    )


def stated_power(power: Power | None) -> dict[str, Any]:
    """What an evidence file vouches for; empty where no copies were given."""
    if power is None:
        return {}
    return {
        "power": {one.copy: [float(f"{one.similarity:.9g}"), one.found] for one in power.copies}
    }


def power_warnings(power: Power | None) -> tuple[str, ...]:
    """What a reader of a verdict must know of its power."""
    if power is None or not power.copies:
        return ()
    missed = [one for one in power.kinds if one.found < one.copies]
    if not missed:
        return ()
    named = ", ".join(f"{one.kind} {one.copies - one.found} of {one.copies}" for one in missed)
    warning = f"some of the owner's own copies would have been missed at this budget: {named}"
    return (warning,)


def seen_like(copy: Responses, suspect: Responses, top_k: int) -> Responses:
    """The copy, seen through what the suspect shows."""
    decimals = _decimals(suspect.step)
    if decimals is not None and copy.kind is suspect.kind:
        copy = rounded(copy, decimals)
    if suspect.access is not Access.SCORES and copy.access.covers(suspect.access):
        return restrict(copy, suspect.access, top_k=top_k)
    return copy


def _decimals(step: float | None) -> int | None:
    """Decimals behind a step such as 0.01; None for the steps of quantized outputs."""
    if not step:
        return None
    places = round(-float(np.log10(step)))
    return places if places >= 0 and np.isclose(10.0**-places, step) else None


def _by_kind(found: Sequence[CopyFound]) -> tuple[KindPower, ...]:
    kinds = []
    for kind in dict.fromkeys(one.kind for one in found):
        values = [one.similarity for one in found if one.kind == kind]
        hits = sum(one.found for one in found if one.kind == kind)
        kinds.append(
            KindPower(
                kind=kind,
                copies=len(values),
                found=hits,
                low=min(values),
                median=median(values),
                high=max(values),
            )
        )
    return tuple(kinds)

"""Asking the suspect some queries again, and what a changed suspect does to a verdict."""

from dataclasses import replace
from typing import Protocol

import numpy as np

from modelkin.answers.repeats import judge_repeats, repeat_differences
from modelkin.errors import BudgetError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.judging import Judgement
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.seeing import seen_again, seen_responses
from modelkin.records import Collected, Pool, Steadiness, SteadinessKind, Verdict
from modelkin.responses.sentinels import (
    Replayed,
    Sentinel,
    ask_again,
    forget_sentinels,
    plan_sentinels,
    read_sentinels,
    spent_on_sentinels,
)

ENDPOINT_SENTINELS = 5
_LEAST_QUERIES = 20
_SHARE = 4
"""At most one query in so many is asked again."""


class Asking(Protocol):
    """Asks a model up to a position of the pool, with queries of the budget held back."""

    def __call__(self, upto: int | None, reserve: int, *, resume: bool) -> Collected:
        """Go on with what this run recorded where ``resume`` says so."""
        ...


def sentinels_for(opened: OpenedModel, pool: Pool, options: CompareOptions) -> int:
    """How many queries to ask again.

    Raises:
        BudgetError: more are wanted than a quarter of the run, or too few others would be left.
    """
    if options.sentinels is None:
        enough = len(pool) >= _SHARE * ENDPOINT_SENTINELS + _LEAST_QUERIES
        return ENDPOINT_SENTINELS if opened.wire is not None and enough else 0
    left = len(pool) - options.sentinels
    if options.sentinels and (options.sentinels > left // _SHARE or left < _LEAST_QUERIES):
        raise BudgetError(
            f"{options.sentinels} of {len(pool)} queries are too many to ask again",
            hint=f"pass --sentinels {min(len(pool) // (_SHARE + 1), len(pool) - _LEAST_QUERIES)} "
            "or fewer, or more --queries",
        )
    return options.sentinels


def ask_steadily(
    ask: Asking,
    opened: OpenedModel,
    pool: Pool,
    options: CompareOptions,
) -> tuple[Collected, Replayed | None]:
    """Ask a model the pool, and some of it again, within the budget.

    Args:
        ask: asks up to a position with so many queries held back, resuming or not.
        opened: the model.
        pool: the queries; its length is the budget, repeats included.
        options: of the compare.

    Returns:
        The answers, with everything that was asked, and what was answered twice.
    """
    count = sentinels_for(opened, pool, options)
    if options.fresh:
        forget_sentinels(opened, pool, cache=options.cache)
    spent = spent_on_sentinels(opened, pool, cache=options.cache)
    reserve = max(count, spent)
    if not reserve:
        return ask(None, 0, resume=False), None
    end = len(pool) - reserve
    planned = plan_sentinels(end, count)
    found: Collected | None = None
    notes = []
    for turn, sentinel in enumerate(planned):
        now = ask(sentinel.after, reserve, resume=found is not None)
        found = _grown(found, now)
        notes.append(_again(opened, pool, sentinel, found, options, turn))
    if found is None:
        found = ask(end, reserve, resume=False)
    if not planned:
        return _counted(found, spent, 0), None
    replayed = read_sentinels(
        opened, pool, planned, found.responses, cache=options.cache, notes=notes
    )
    return _counted(found, replayed.sent, replayed.sent - spent), replayed


def seen_twice(replayed: Replayed, options: CompareOptions) -> Replayed:
    """No more of the repeats than the compare was told to see."""
    if replayed.first is None or replayed.again is None:
        return replayed
    return replace(
        replayed,
        first=seen_responses(replayed.first, options),
        again=seen_again(replayed.again, options),
    )


def steadiness_of(replayed: Replayed | None) -> Steadiness | None:
    """What repeats tell; pure, so that evidence can be recomputed."""
    if replayed is None:
        return None
    first, again = replayed.first, replayed.again
    if first is None or again is None or not len(first):
        note = f"nothing was answered twice: {replayed.note or 'no query was left for it'}"
        kind, near, far = SteadinessKind.NOT_ASKED, None, None
    else:
        differences = repeat_differences(first, again)
        kind, near, far = judge_repeats(differences, first.index, replayed.near, replayed.spans)
        note = _said(kind, len(first), int(np.count_nonzero(differences)))
    return Steadiness(
        kind=kind,
        planned=replayed.planned,
        asked=replayed.sent,
        near=_finite(near),
        far=_finite(far),
        note=note,
    )


def settle(judgement: Judgement, steadiness: Steadiness | None) -> Judgement:
    """Withhold the verdict on a suspect that changed; warn of one that is noisy or not checked."""
    if steadiness is None or steadiness.kind is SteadinessKind.STEADY:
        return judgement
    if steadiness.kind is not SteadinessKind.CHANGED:
        return replace(judgement, warnings=(*judgement.warnings, f"suspect: {steadiness.note}"))
    decision = replace(
        judgement.decision,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        p_value=None,
        reason=f"the verdict is withheld: {steadiness.note}",
    )
    warning = (
        "the suspect changed during the run, so its answers are not those of one model; ask again "
        "with --fresh when it is left alone"
    )
    return replace(judgement, decision=decision, warnings=(warning, *judgement.warnings))


def _again(
    opened: OpenedModel,
    pool: Pool,
    sentinel: Sentinel,
    found: Collected,
    options: CompareOptions,
    turn: int,
) -> str:
    """Ask once more where the budget allows it, and say why not."""
    sent = found.responses.asked + spent_on_sentinels(opened, pool, cache=options.cache)
    done = turn < spent_on_sentinels(opened, pool, cache=options.cache)
    if sent >= len(pool) and not done:
        return "the budget was spent before; a longer --queries leaves room"
    return ask_again(opened, pool, sentinel, cache=options.cache, turn=turn)


def _grown(before: Collected | None, now: Collected) -> Collected:
    if before is None:
        return now
    return replace(
        now, asked_now=before.asked_now + now.asked_now, seconds=before.seconds + now.seconds
    )


def _counted(found: Collected, sent: int, sent_now: int) -> Collected:
    asked = found.responses.asked + sent
    responses = replace(found.responses, asked=asked)
    return replace(found, responses=responses, asked_now=found.asked_now + sent_now)


def _said(kind: SteadinessKind, asked: int, differing: int) -> str:
    match kind:
        case SteadinessKind.STEADY:
            return f"{asked} queries asked a second time were answered alike"
        case SteadinessKind.NOISY:
            return (
                f"{differing} of {asked} queries asked a second time were answered differently, "
                "at once too: the suspect adds noise to its answers"
            )
        case _:
            return (
                f"{differing} of {asked} queries asked a second time were answered differently, "
                "more than noise at once explains: the suspect changed during the run"
            )


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None

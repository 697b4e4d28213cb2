"""Asking source, references and own copies everything, and the suspect only what is chosen."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking import ask, grown, pool_for, require_recorded
from modelkin.pipeline.asking_references import AskedReferences
from modelkin.pipeline.drawing_queries import plan_draws, settled_draws, standing
from modelkin.pipeline.loading import pool_of, recorded_ids
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copies import AskedCopies, ask_copies
from modelkin.pipeline.preparing import Prepared, prepare
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.reference_copies import ask_reference_copies
from modelkin.pipeline.routing import pool_name_for
from modelkin.pipeline.seeing import seen
from modelkin.pipeline.select_terms import DEFAULT_CANDIDATES, SelectTerms
from modelkin.pipeline.steadiness import ask_steadily
from modelkin.queries.naming import parse_pool_name, recipe_names
from modelkin.queries.picked import pick
from modelkin.records import Collected, IntArray, Pool, Responses
from modelkin.responses.collect import collect
from modelkin.responses.sentinels import Replayed


@dataclass(frozen=True, kw_only=True)
class AskedSelected:
    """What everybody answered, in the places of the pool of candidates.

    Attributes:
        answers: of the source to all candidates, of the suspect to chosen ones.
        replayed: what the suspect was asked twice.
        honest: the references, with those that were skipped or failed.
        copied: own copies.
    """

    answers: tuple[Collected, Collected]
    replayed: Replayed | None
    honest: AskedReferences
    copied: AskedCopies


def candidate_pool(
    first: OpenedModel, second: OpenedModel, options: CompareOptions, progress: Progress
) -> Pool:
    """The pool that queries are chosen from: 1,000 of a recipe, all of a folder or table.

    Args:
        first: the source.
        second: the suspect.
        options: of the compare.
        progress: told how far the making is.
    """
    name = options.pool
    for side in (first, second):
        ids = recorded_ids(side)
        name = name or (pool_of(ids) if ids else None)
    name = name or pool_name_for(first, second, options)
    wanted = options.candidates
    if wanted is None and name.replace("_", "-").partition("/")[0] in recipe_names():
        wanted = None if parse_pool_name(name).n else DEFAULT_CANDIDATES
    return pool_for(first, second, replace(options, pool=name, queries=wanted), progress)


def ask_selected(
    sides: tuple[OpenedModel, OpenedModel],
    pool: Pool,
    options: CompareOptions,
    terms: SelectTerms,
    progress: Progress,
    ask_references: Callable[[], AskedReferences],
) -> AskedSelected:
    """Ask everybody; nothing is put to the suspect before the queries are chosen.

    Args:
        sides: source and suspect, ready to be asked.
        pool: the candidates.
        options: of the compare.
        terms: of the selection.
        progress: told how far the asking is.
        ask_references: asks the references all candidates.

    Raises:
        IncompatibleError: the source is behind a network, where candidates cost queries.
        ModelkinError: nothing can be chosen.
    """
    if sides[0].wire is not None and options.candidates is None:
        raise IncompatibleError(
            f"the source '{sides[0].name}' is behind a network and would be asked all "
            f"{len(pool)} candidates",
            hint=f"pass --candidates {len(pool)} to say that this is wanted",
        )
    require_recorded(sides[1], pool)
    first = ask(sides[0], pool, options, progress)
    honest = ask_references()
    copied = ask_copies(options.copies, sides[0], pool, options, progress, upto=len(pool))
    prepared = prepare(
        seen(first, options),
        sides[1].digest,
        honest[0],
        copied.copies,
        terms,
        alpha=options.alpha,
        leave_out=options.leave_out,
    )
    if terms.anytime:
        prepared, honest = ask_reference_copies(prepared, honest, sides[0], pool, options, progress)
        second = _ask_drawn(sides[1], pool, prepared, terms, options, progress)
        return AskedSelected(answers=(first, second), replayed=None, honest=honest, copied=copied)
    chosen = prepared.chosen
    picked = pick(pool, chosen)

    def ask_suspect(upto: int | None, reserve: int, resume: bool) -> Collected:
        return ask(sides[1], picked, options, progress, upto=upto, reserve=reserve, resume=resume)

    found, replayed = ask_steadily(ask_suspect, sides[1], picked, options)
    second = replace(found, responses=_placed(found.responses, chosen, pool))
    return AskedSelected(
        answers=(first, second),
        replayed=None if replayed is None else _twice_placed(replayed, chosen, pool),
        honest=honest,
        copied=copied,
    )


def _ask_drawn(
    suspect: OpenedModel,
    pool: Pool,
    prepared: Prepared,
    terms: SelectTerms,
    options: CompareOptions,
    progress: Progress,
) -> Collected:
    """Ask in the order of the draws, never more at once than a verdict needs at least."""
    plan = plan_draws(prepared, terms)
    picked = pick(pool, plan.order)
    mine = dict(zip(prepared.positions.tolist(), prepared.candidates.source, strict=True))
    settled, found = 0, None
    at = standing(plan, {}, settled=0, alpha=options.alpha)
    with progress.task(f"asking {suspect.name}", len(plan.order)) as advance:
        # a bound that no answers could beat still leaves the agreement to be told
        while at.stopped is None or found is None:
            settled = min(settled + max(at.further, 1), len(plan.order))
            now = collect(
                suspect,
                picked,
                cache=options.cache,
                fresh=options.fresh and found is None,
                upto=settled,
                least=1,
            )
            before = 0 if found is None else len(found.responses)
            found = now if found is None else grown(found, now)
            advance(max(0, len(found.responses) - before))
            placed = _placed(seen(found, options), plan.order, pool)
            agrees = {
                int(place): bool(label == mine[int(place)])
                for place, label in zip(placed.index, placed.labels, strict=True)
            }
            # answers that were recorded before cost nothing
            settled = max(settled, settled_draws(plan, placed.index))
            at = standing(plan, agrees, settled=settled, alpha=options.alpha)
    return replace(found, responses=_placed(found.responses, plan.order, pool))


def _placed(responses: Responses, chosen: IntArray, pool: Pool) -> Responses:
    """Answers to picked queries, in the places of the whole pool."""
    places = chosen[responses.index]
    order = np.argsort(places, kind="stable")
    return replace(
        responses.take(order), index=places[order], pool=pool.name, pool_digest=pool.digest
    )


def _twice_placed(replayed: Replayed, chosen: IntArray, pool: Pool) -> Replayed:
    if replayed.first is None or replayed.again is None:
        return replace(replayed, near=np.sort(chosen[replayed.near]))
    order = np.argsort(chosen[replayed.first.index], kind="stable")
    return replace(
        replayed,
        first=_placed(replayed.first, chosen, pool),
        again=_placed(replayed.again, chosen, pool),
        near=np.sort(chosen[replayed.near]),
        spans=None if replayed.spans is None else replayed.spans[order],
    )

"""Asking a model the pool of a compare."""

from dataclasses import replace

from modelkin.errors import BudgetError, IncompatibleError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.feeding import subject_for
from modelkin.pipeline.loading import pool_of, query_shape, recorded_ids
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.routing import pool_name_for
from modelkin.queries.opening import open_pool
from modelkin.records import Collected, Pool
from modelkin.responses.collect import collect

DEFAULT_QUERIES = 500


def pool_for(
    first: OpenedModel, second: OpenedModel, options: CompareOptions, progress: Progress
) -> Pool:
    """The pool to ask both sides: the one named, the one recorded, or the one that suits them."""
    fed = first.fed
    recorded = [pool_of(ids) for ids in (recorded_ids(first), recorded_ids(second)) if ids]
    name = options.pool or next((found for found in recorded if found), None)
    with progress.task("making queries", options.queries or DEFAULT_QUERIES) as advance:
        pool = open_pool(
            name or pool_name_for(first, second, options),
            modality=fed.modality,
            shape=query_shape(fed, second.fed),
            n=options.queries,
            seed=options.seed,
            cache=options.cache,
            progress=advance,
        )
    if options.queries not in {None, len(pool)}:
        raise BudgetError(
            f"pool '{pool.name}' has {len(pool)} queries, the budget is {options.queries}",
            hint="leave out --queries, or name a pool of that size",
        )
    return pool


def ask(
    opened: OpenedModel,
    pool: Pool,
    options: CompareOptions,
    progress: Progress,
    *,
    upto: int | None = None,
    reserve: int = 0,
    resume: bool = False,
) -> Collected:
    """Put the pool to one model.

    Args:
        opened: the model.
        pool: the queries.
        options: of the compare.
        progress: told how far the asking is.
        upto: stop before this position; None asks the whole pool.
        reserve: queries of the budget held back for asking some again.
        resume: go on with what this run recorded, even where it began afresh.

    Raises:
        IncompatibleError: recorded answers belong to another pool.
    """
    require_recorded(opened, pool)
    fresh = options.fresh and not resume
    with progress.task(f"asking {opened.name}", upto or len(pool)) as advance:
        return collect(
            subject_for(opened, pool),
            pool,
            cache=options.cache,
            fresh=fresh,
            upto=upto,
            reserve=reserve,
            progress=advance,
        )


def grown(before: Collected, now: Collected) -> Collected:
    """More answers of one model, with what all of them cost in this run."""
    return replace(
        now,
        asked_now=before.asked_now + now.asked_now,
        seconds=before.seconds + now.seconds,
    )


def require_recorded(opened: OpenedModel, pool: Pool) -> None:
    """Refuse recorded answers that hold nothing of the pool.

    Raises:
        IncompatibleError: they belong to another pool.
    """
    ids = recorded_ids(opened)
    if ids and ids.isdisjoint(pool.ids):
        asked = pool_of(ids)
        raise IncompatibleError(
            f"'{opened.name}' holds answers to {asked or 'unknown queries'}, none to {pool.name}",
            hint=f"pass --pool {asked}"
            if asked
            else "export the pool with 'modelkin pool "
            "NAME --export', and key the answers by its ids",
        )

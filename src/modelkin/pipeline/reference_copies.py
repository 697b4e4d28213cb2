"""Copies of the judging references: made during the run, to bound honest agreement by."""

from collections.abc import Sequence
from dataclasses import replace

from modelkin.errors import ModelkinError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking_references import AskedReferences
from modelkin.pipeline.columns import fit_to_source
from modelkin.pipeline.feeding import recorded, subject_for
from modelkin.pipeline.loading import open_reference
from modelkin.pipeline.null import Reference, failure
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.preparing import Prepared
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.reference_changes import ChangedQueries, changed_queries
from modelkin.pipeline.seeing import seen
from modelkin.records import Failed, Pool, Responses
from modelkin.responses.collect import collect


def ask_reference_copies(
    prepared: Prepared,
    honest: AskedReferences,
    source: OpenedModel,
    pool: Pool,
    options: CompareOptions,
    progress: Progress,
) -> tuple[Prepared, AskedReferences]:
    """Ask every judging reference the chosen queries once more, changed as a copy would see them.

    A damaged honest model agrees with a damaged suspect more often than whole ones do, so copies
    of references belong into what bounds honest agreement. Recorded answers and models behind a
    network have none.

    Args:
        prepared: the chosen queries.
        honest: the references, as they were asked.
        source: ready to be asked.
        pool: all candidates.
        options: of the compare.
        progress: told how far the asking is.

    Returns:
        Both with the answers of the copies.
    """
    changed = changed_queries(pool, prepared.chosen)
    if not changed:
        return prepared, honest
    references, skipped, failed = honest
    copied: dict[int, Reference] = {}
    lost: list[Failed] = []
    with progress.task("asking copies of references", len(prepared.judging)) as advance:
        for one in prepared.judging:
            try:
                copies = _asked(one, prepared, changed, source, pool, options)
            except ModelkinError as error:
                lost.append(failure(f"copies of reference {one.responses.model}", error))
            else:
                copied[id(one)] = replace(one, copies=copies)
            advance(1)

    def with_copies(those: Sequence[Reference]) -> list[Reference]:
        return [copied.get(id(one), one) for one in those]

    prepared = replace(
        prepared,
        judging=tuple(with_copies(prepared.judging)),
        serving=tuple(with_copies(prepared.serving)),
    )
    return prepared, (with_copies(references), skipped, [*failed, *lost])


def _asked(
    reference: Reference,
    prepared: Prepared,
    changed: Sequence[ChangedQueries],
    source: OpenedModel,
    pool: Pool,
    options: CompareOptions,
) -> tuple[OwnCopy, ...]:
    model = open_reference(reference.location, reference.responses.model, source, options)
    try:
        if recorded(model) or model.wire is not None:
            return ()
        ready = infer_preprocessing(fit_to_source(model, source), cache=options.cache)
        subject = subject_for(ready, pool)
        copies = []
        for one in changed:
            found = seen(collect(subject, one.pool, cache=options.cache), options)
            copies.append(OwnCopy(responses=_placed(found, prepared, pool), kind=one.kind))
    finally:
        model.close()
    return tuple(copies)


def _placed(responses: Responses, prepared: Prepared, pool: Pool) -> Responses:
    """Answers to changed queries, in the places of the queries that were changed."""
    places = prepared.chosen[responses.index]
    order = places.argsort(kind="stable")
    return replace(
        responses.take(order), index=places[order], pool=pool.name, pool_digest=pool.digest
    )

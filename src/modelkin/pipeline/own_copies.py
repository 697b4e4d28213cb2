"""Asking the owner's copies the queries of a compare."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from modelkin.errors import ModelkinError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, adopt, open_model
from modelkin.pipeline.asking import require_recorded
from modelkin.pipeline.columns import fit_to_source
from modelkin.pipeline.copies import CopyEntry, follows_to, list_copies
from modelkin.pipeline.feeding import subject_for
from modelkin.pipeline.null import failure
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.seeing import seen
from modelkin.records import Failed, Pool, Skipped
from modelkin.responses.collect import collect


@dataclass(frozen=True, kw_only=True)
class AskedCopies:
    """What the owner's copies answered.

    Attributes:
        copies: those that did.
        skipped: those left out on purpose.
        failed: those that could not be asked.
    """

    copies: Sequence[OwnCopy] = ()
    skipped: Sequence[Skipped] = field(default_factory=tuple)
    failed: Sequence[Failed] = field(default_factory=tuple)


def ask_copies(
    folder: Path | None,
    source: OpenedModel,
    pool: Pool,
    options: CompareOptions,
    progress: Progress,
    *,
    upto: int,
) -> AskedCopies:
    """Ask one copy after the other; one that fails does not stop the rest.

    Args:
        folder: of the copies; None asks nothing.
        source: the source as the user named it.
        pool: the queries of the run.
        options: of the compare.
        progress: told how far it is.
        upto: position in the pool at which the run stopped.

    Raises:
        UsageError: there is no such folder, or no copy in it.
    """
    if folder is None:
        return AskedCopies()
    copies: list[OwnCopy] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    entries = list_copies(folder)
    with progress.task("asking own copies", len(entries)) as advance:
        for entry in entries:
            advance(1)
            if source.wire is not None:
                reason = "the source is behind a network, where copies cost queries"
                skipped.append(Skipped(subject=f"copy {entry.name}", reason=reason))
                continue
            try:
                copies.append(_asked(entry, source, pool, options, upto))
            except ModelkinError as error:
                failed.append(failure(f"copy {entry.name}", error))
    return AskedCopies(copies=copies, skipped=skipped, failed=failed)


def open_copy(entry: CopyEntry, source: OpenedModel, options: CompareOptions) -> OpenedModel:
    """Open one copy; a view of the very source needs no permission of its own.

    Raises:
        ModelkinError: it cannot be opened.
    """
    return open_model(
        entry.location,
        allow_code=options.allow_code or follows_to(entry, source.location),
        limits=options.limits,
        cache=options.cache,
        endpoint=options.source_endpoint,
    )


def _asked(
    entry: CopyEntry, source: OpenedModel, pool: Pool, options: CompareOptions, upto: int
) -> OwnCopy:
    opened = open_copy(entry, source, options)
    try:
        require_recorded(opened, pool)
        fitted = fit_to_source(adopt(opened, source.fed.shape), source)
        ready = infer_preprocessing(fitted, cache=options.cache)
        found = collect(subject_for(ready, pool), pool, cache=options.cache, upto=upto)
    finally:
        opened.close()
    return OwnCopy(
        responses=seen(found, options),
        kind=entry.kind,
        lost=entry.lost,
        digest=opened.file_digest,
    )

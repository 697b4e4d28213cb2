"""Asking the honest models the queries of a compare."""

from collections.abc import Mapping, Sequence

from modelkin.errors import ModelkinError, UnknownFormatError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking import require_recorded
from modelkin.pipeline.columns import fit_to_source
from modelkin.pipeline.crafting import CraftedPool, require_live
from modelkin.pipeline.feeding import subject_for
from modelkin.pipeline.label_maps import label_map_notes
from modelkin.pipeline.loading import family_of, null_of, open_reference
from modelkin.pipeline.null import Reference, failure
from modelkin.pipeline.null_cap import cap_of
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.seeing import seen
from modelkin.records import Failed, Pool, Skipped
from modelkin.responses.collect import collect

AskedReferences = tuple[list[Reference], list[Skipped], list[Failed]]
"""What the references answered, those left out, and those that could not be asked."""


def ask_references(
    locations: Mapping[str, str],
    source: OpenedModel,
    pool: Pool,
    made: Sequence[CraftedPool],
    options: CompareOptions,
    progress: Progress,
    *,
    upto: int,
) -> AskedReferences:
    """Ask the references one after the other; one that fails does not stop the rest.

    Args:
        locations: where each is, to its name.
        source: ready to be asked; its columns and classes are theirs.
        pool: the queries.
        made: queries crafted for the source.
        options: of the compare.
        progress: told how far the asking is.
        upto: position in the pool at which the run stopped.
    """
    honest: list[Reference] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    if not locations:
        return honest, skipped, failed
    with progress.task("asking references", len(locations)) as advance:
        for location, name in locations.items():
            try:
                honest.append(_asked(location, name, source, pool, made, options, upto=upto))
            except UnknownFormatError as error:
                skipped.append(Skipped(subject=f"reference {name}", reason=str(error)))
            except ModelkinError as error:
                failed.append(failure(f"reference {name}", error))
            advance(1)
    return honest, skipped, failed


def _asked(
    location: str,
    name: str,
    source: OpenedModel,
    pool: Pool,
    made: Sequence[CraftedPool],
    options: CompareOptions,
    *,
    upto: int,
) -> Reference:
    model = open_reference(location, name, source, options)
    try:
        require_live(model, [one.method for one in made])
        require_recorded(model, pool)
        fitted = fit_to_source(model, source)
        ready = infer_preprocessing(fitted, cache=options.cache)
        found = collect(subject_for(ready, pool), pool, cache=options.cache, upto=upto)
        label_map_notes(source, ready, found.responses, shown=options.access)
        own = {
            one.method: seen(collect(ready, one.pool, cache=options.cache), options) for one in made
        }
    finally:
        model.close()
    return Reference(
        seen(found, options),
        family_of(model),
        null_of(model),
        own,
        location,
        model.file_digest,
        cap=cap_of(model),
    )

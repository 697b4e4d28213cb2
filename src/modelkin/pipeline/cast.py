"""Who takes part in a comparison and what they will be asked, before anybody is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking import pool_for
from modelkin.pipeline.columns import agree_on_columns
from modelkin.pipeline.crafting import crafters_of, require_live
from modelkin.pipeline.holding import hold_models, require_known
from modelkin.pipeline.loading import open_pair, reference_locations
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.select_asking import candidate_pool
from modelkin.pipeline.select_hint import require_selectable
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.protocols import QueryCrafter
from modelkin.records import Pool


@dataclass(frozen=True, kw_only=True, eq=False)
class Cast:
    """Everybody, opened or found, and the queries.

    Attributes:
        sides: source and suspect, ready to be asked.
        locations: of the references, to their names; they are opened when they are asked.
        pool: the queries, or the candidates that they are chosen from.
        select: how they are chosen; None asks the pool as it is.
        crafters: of the methods that ask queries of their own.
        notes: what a reader must know of how the sides' columns were brought together.
    """

    sides: tuple[OpenedModel, OpenedModel]
    locations: Mapping[str, str]
    pool: Pool
    select: SelectTerms | None
    crafters: dict[str, QueryCrafter]
    notes: tuple[str, ...]


def cast_for(
    source: str | OpenedModel,
    suspect: str | OpenedModel,
    references: Sequence[str],
    options: CompareOptions,
    progress: Progress,
) -> Cast:
    """Open the pair, find the references, make the queries.

    Raises:
        ModelkinError: something cannot be used; it is refused before it could cost a query.
    """
    # a name that cannot be used must not cost a query
    crafters = crafters_of(options.methods, options.access)
    select = options.selection
    require_selectable(select, crafters)
    pair = open_pair(source, suspect, options)
    for side in pair:
        require_live(side, crafters)
    locations = reference_locations(references)
    require_known(options.leave_out, locations.values())
    if options.bound is not None:
        hold_models(options.bound, pair, locations, options)
    pooled = pool_for if select is None else candidate_pool
    pool = pooled(pair[0], pair[1], options, progress)
    first, second, notes = agree_on_columns(*pair, pool)
    return Cast(
        sides=(
            infer_preprocessing(first, cache=options.cache),
            infer_preprocessing(second, cache=options.cache),
        ),
        locations=locations,
        pool=pool,
        select=select,
        crafters=crafters,
        notes=tuple(notes),
    )

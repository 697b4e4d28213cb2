"""Names and models of a run against what was said of them, before anything is asked."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from modelkin.errors import UsageError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.binding import Bound, require_committed
from modelkin.pipeline.commitment import Models
from modelkin.pipeline.committed_copies import copies_to_commit, require_copies
from modelkin.pipeline.loading import family_of, null_of, open_reference, query_shape
from modelkin.pipeline.options import CompareOptions
from modelkin.queries.naming import recipe_names
from modelkin.queries.opening import open_pool


def require_known(leave_out: Sequence[str], names: Iterable[str]) -> None:
    """Refuse to leave out what is not there.

    Raises:
        UsageError: no reference has that name.
    """
    known = list(names)
    for name in leave_out:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise UsageError(
                f"--leave-out {name}: no reference has that name",
                hint=f"did you mean '{near[0]}'?" if near else "a report names all references",
            )


def models_of(
    source: OpenedModel, locations: Mapping[str, str], options: CompareOptions
) -> tuple[Models, dict[str, tuple[str, str, str | None]]]:
    """Source and references by content.

    Args:
        source: the opened source.
        locations: location to name of every reference.
        options: how to open them.

    Returns:
        The models, and the references by name.

    Raises:
        ModelkinError: a reference cannot be opened.
    """
    found: dict[str, tuple[str, str, str | None]] = {}
    for location, name in locations.items():
        model = open_reference(location, name, source, options)
        null = null_of(model)
        found[name] = (model.file_digest, family_of(model), None if null is None else str(null))
        model.close()
    ordered = tuple(sorted(found.values(), key=lambda one: (one[0], one[1], one[2] or "")))
    return Models(source=source.file_digest, references=ordered), found


def candidates_digest(spec: str | None, source: OpenedModel, cache: Path) -> str | None:
    """sha256 of all queries of a folder or table; None for a recipe, whose name tells it all.

    Raises:
        PoolError: it cannot be read.
    """
    if spec is None or spec.replace("_", "-").partition("/")[0] in recipe_names():
        return None
    fed = source.fed
    shape = query_shape(fed, fed)
    pool = open_pool(spec, modality=fed.modality, shape=shape, n=None, seed=0, cache=cache)
    return pool.digest


def hold_models(
    bound: Bound,
    pair: tuple[OpenedModel, OpenedModel],
    locations: Mapping[str, str],
    options: CompareOptions,
) -> None:
    """Refuse models and candidates that were not committed to; nothing is asked.

    Raises:
        DeviationError: names the first that differs.
    """
    source, suspect = pair
    _, references = models_of(source, locations, options)
    require_committed(
        bound,
        source=source.file_digest,
        suspect=suspect.file_digest,
        references=references,
        candidates=candidates_digest(options.pool, source, options.cache),
    )
    require_copies(
        bound.models.copies,
        copies_to_commit(options.copies, source, options),
        selection=options.select is not None,
    )

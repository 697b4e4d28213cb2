"""Making a commitment from models and settings; no model is asked anything."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from modelkin.errors import PoolError, UsageError
from modelkin.models.opened import open_model
from modelkin.pipeline.commitment import Commitment, make_commitment
from modelkin.pipeline.committed_copies import copies_to_commit
from modelkin.pipeline.holding import candidates_digest, models_of, require_known
from modelkin.pipeline.loading import default_pool, reference_locations
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.select_hint import require_selectable
from modelkin.protocols import Method, QuerySelector
from modelkin.queries.naming import parse_pool_name
from modelkin.registry import part


def run_commit(
    source: str,
    references: Sequence[str],
    options: CompareOptions,
    *,
    suspect: str | None = None,
    parties: Sequence[str] = (),
    announced: str = "",
    hide: bool = False,
) -> tuple[Commitment, dict[str, Any] | None]:
    """Commit to a source, references and settings.

    Args:
        source: location of the claimed original.
        references: files, folders and patterns of honest models.
        options: settings; what they leave open is fixed here.
        suspect: location of the suspect, to commit to it as well.
        parties: sha256 of the nonce of each party.
        announced: which randomness will be used.
        hide: put a salted hash in the place of the models.

    Returns:
        The commitment, and what opens it where the models are hidden.

    Raises:
        ModelkinError: a model cannot be opened, a name is unknown, or the pool states a seed.
    """
    for name in options.methods:
        part(Method, name)
    require_selectable(options.selection, ())
    _require_copies(options)
    opened = open_model(
        source,
        format_name=options.source_format,
        allow_code=options.allow_code,
        override=options.source_override,
        limits=options.limits,
        cache=options.cache,
        endpoint=options.source_endpoint,
    )
    locations = reference_locations(references)
    require_known(options.leave_out, locations.values())
    models, _ = models_of(opened, locations, options)
    models = replace(models, copies=copies_to_commit(options.copies, opened, options))
    options = replace(options, pool=options.pool or default_pool(opened.fed.modality))
    pool = _pool(options.pool or "", candidates_digest(options.pool, opened, options.cache))
    opened.close()
    return make_commitment(
        models,
        options,
        pool=pool,
        suspect=None if suspect is None else _digest(suspect, options),
        parties=parties,
        announced=announced,
        hide=hide,
    )


def _require_copies(options: CompareOptions) -> None:
    chosen = options.select
    if chosen and part(QuerySelector, chosen)().copies and options.copies is None:  # type: ignore[type-abstract]
        raise UsageError(
            f"'{chosen}' chooses by own copies of the source, and none are committed to",
            hint="pass --copies DIR, made with 'modelkin derive SOURCE'",
        )


def _pool(name: str, candidates: str | None) -> dict[str, str | None]:
    if candidates is None and parse_pool_name(name).seed is not None:
        raise PoolError(
            f"pool '{name}' states its seed, and a commitment leaves that to a draw after it",
            hint="leave out the field /s and what follows",
        )
    return {"name": name, "candidates": candidates}


def _digest(location: str, options: CompareOptions) -> str:
    opened = open_model(
        location,
        format_name=options.suspect_format,
        allow_code=options.allow_code,
        override=options.suspect_override,
        limits=options.limits,
        cache=options.cache,
        endpoint=options.suspect_endpoint,
    )
    opened.close()
    return opened.file_digest

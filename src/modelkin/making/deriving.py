"""modelkin derive: copies of one's own model, each checked against it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from modelkin.errors import IncompatibleError, MissingDependencyError, ModelkinError, UsageError
from modelkin.making.derived import Derived, DerivedCopy
from modelkin.making.strengths import Strength, strengths
from modelkin.making.workshop import Workshop
from modelkin.models.inference import infer_preprocessing
from modelkin.models.locations import factory_and_weights, path_of
from modelkin.models.opened import OpenedModel, adopt, open_model
from modelkin.models.sidecar import sidecar_path
from modelkin.models.views.view_description import is_view
from modelkin.pipeline.asking import pool_for
from modelkin.pipeline.choosing import make_method
from modelkin.pipeline.copies import MANIFEST, SCHEMA
from modelkin.pipeline.entering import enter
from modelkin.pipeline.loading import family_of
from modelkin.pipeline.null import failure
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.rating import rate
from modelkin.records import Access, Failed, OutputKind, Pool, Responses, Skipped
from modelkin.responses.collect import collect

CHECKED = 200
_LOST = 0.5


def run_derive(
    source: str, out: Path, kinds: Sequence[str], options: CompareOptions, progress: Progress
) -> Derived:
    """Make copies of a model, and ask each whether it still is one.

    Args:
        source: location of the model.
        out: folder for the copies; made where it is missing.
        kinds: of copies; empty means all.
        options: the settings of the source's side, and the seed.
        progress: told how far it is.

    Raises:
        ModelkinError: the source cannot be opened or asked.
    """
    wanted = strengths(kinds)
    if is_view(source):
        raise UsageError(f"'{source}' is a view", hint="derive from the model that it names")
    opened = _opened(source, options)
    opened = infer_preprocessing(opened, cache=options.cache)
    out.mkdir(parents=True, exist_ok=True)
    shop = Workshop(source=opened, folder=out, seed=options.seed, allow_code=options.allow_code)
    pool, answers = None, None
    if not shop.metered:
        pool = pool_for(opened, opened, replace(options, queries=CHECKED), progress)
        answers = collect(opened, pool, cache=options.cache).responses
    copies: list[DerivedCopy] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    with progress.task("making copies", len(wanted)) as advance:
        for strength in wanted:
            try:
                copies.append(_copy(shop, strength, pool, answers, options))
            except (IncompatibleError, MissingDependencyError) as error:
                skipped.append(Skipped(subject=strength.name, reason=f"{error} ({error.hint})"))
            except ModelkinError as error:
                failed.append(failure(strength.name, error))
            except Exception as error:  # noqa: BLE001 (converters raise anything; the rest goes on)
                failed.append(_unexpected(strength.name, error))
            advance(1)
    opened.close()
    found = Derived(
        folder=out,
        source=source,
        copies=tuple(copies),
        skipped=tuple(skipped),
        failed=tuple(failed),
        queries=0 if pool is None else len(pool),
    )
    _write_list(found, opened, options.seed)
    return found


def _opened(source: str, options: CompareOptions) -> OpenedModel:
    return open_model(
        source,
        format_name=options.source_format,
        allow_code=options.allow_code,
        override=options.source_override,
        limits=options.limits,
        cache=options.cache,
        endpoint=options.source_endpoint,
    )


def _copy(
    shop: Workshop,
    strength: Strength,
    pool: Pool | None,
    answers: Responses | None,
    options: CompareOptions,
) -> DerivedCopy:
    location, note = shop.make(strength)
    path = path_of(location)
    sidecar: dict[str, Any] = {
        "derivation": {
            "family": family_of(shop.source),
            "parent": shop.source.name,
            "how": strength.name,
            "kind": strength.kind,
            "settings": dict(strength.settings),
            "seed": options.seed,
            "source_sha256": shop.source.file_digest,
            "made_by": "modelkin derive",
            **({"note": note} if note else {}),
        },
        **_fed_alike(shop, strength, path),
    }
    _write(sidecar_path(path), sidecar)
    made = DerivedCopy(
        name=path.name,
        location=_relative(location),
        kind=strength.kind,
        settings=strength.settings,
        agreement=None,
        similarity=None,
        lost=False,
        note=note,
    )
    if pool is not None and answers is not None:
        made = _checked(made, location, shop, pool, answers, options)
        found = {"agreement": made.agreement, "similarity": made.similarity, "lost": made.lost}
        sidecar["derivation"] |= found
        _write(sidecar_path(path), sidecar)
    return made


def _checked(
    made: DerivedCopy,
    location: str,
    shop: Workshop,
    pool: Pool,
    answers: Responses,
    options: CompareOptions,
) -> DerivedCopy:
    """Open the copy as anybody would, ask it, and say how much of the source is left in it."""
    trusted = options.allow_code or is_view(location)  # a view of what the user named
    opened = open_model(location, allow_code=trusted, limits=options.limits, cache=options.cache)
    opened = adopt(opened, shop.source.fed.shape)
    try:
        opened = infer_preprocessing(opened, cache=options.cache)
        theirs = collect(opened, pool, cache=options.cache, fresh=True).responses
    finally:
        opened.close()
    entered = enter(answers, theirs)
    mine, theirs = entered.source, entered.suspect
    agreement = None
    if mine.kind.classifies and theirs.kind.classifies:
        agreement = float((mine.labels == theirs.labels).mean())
    scores = all(
        side.access is Access.SCORES and side.kind is not OutputKind.LABELS
        for side in (mine, theirs)
    )
    similarity = rate(make_method("log_correlation"), mine, theirs) if scores else agreement
    left = similarity if agreement is None else agreement
    return replace(
        made, agreement=agreement, similarity=similarity, lost=left is None or left < _LOST
    )


def _fed_alike(shop: Workshop, strength: Strength, path: Path) -> dict[str, Any]:
    """How the copy is fed; a view says it of the model behind, a student is our own net."""
    if is_view(path.name):
        rows = shop.feeding().get("preprocessing", {})
        # rows are handed through a view, so it is fed as the source is
        return {"preprocessing": rows} if rows and shop.source.fed.columns else {}
    if strength.kind == "distilled":
        picture = {"modality": "image", "layout": "NCHW", "mean": [0.0], "std": [1.0]}
        is_image = shop.source.fed.modality == "image"
        return {"output": "logits", **({"preprocessing": picture} if is_image else {})}
    return shop.feeding()


def _write_list(found: Derived, opened: OpenedModel, seed: int) -> None:
    content = {
        "schema": SCHEMA,
        "source": {
            "location": found.source,
            "sha256": opened.file_digest,
            "family": family_of(opened),
        },
        "seed": seed,
        "checked_with": found.queries,
        "copies": [asdict(copy) for copy in found.copies],
        "skipped": [asdict(one) for one in found.skipped],
        "failed": [asdict(one) for one in found.failed],
    }
    _write(found.folder / MANIFEST, content)


def _relative(location: str) -> str:
    split = factory_and_weights(location)
    path = Path(split[1] if split else location)
    return f"{split[0]}@{path.name}" if split else path.name


def _unexpected(name: str, error: Exception) -> Failed:
    reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return Failed(
        subject=name,
        error=type(error).__name__,
        reason=reason,
        hint="the converter refused this model; the other copies were made",
    )


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

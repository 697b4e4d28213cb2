"""Opening both sides and the references, and agreeing on what to ask them."""

import contextlib
import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from modelkin.errors import IncompatibleError, ModelNotFoundError, PoolError
from modelkin.models.contents import content_kind
from modelkin.models.endpoints.address import is_url
from modelkin.models.opened import OpenedModel, adopt, is_open, open_model
from modelkin.models.recognising import is_model_folder
from modelkin.models.views.view_description import is_view
from modelkin.pipeline.columns import match_columns
from modelkin.pipeline.options import CompareOptions
from modelkin.queries.naming import parse_pool_name
from modelkin.records import EndpointOptions, Modality, NullKind, Preprocessing

_DEFAULT_POOLS = {
    Modality.IMAGE: "image-mix-v1",
    Modality.VECTOR: "vector-mix-v1",
    Modality.LATENT: "latent-normal-v1",
}
_FIRST_BYTES = 4096
_NOT_MODELS = {".json", ".md", ".txt", ".html", ".py", ".log"}


def open_pair(
    source: str | OpenedModel, suspect: str | OpenedModel, options: CompareOptions
) -> tuple[OpenedModel, OpenedModel]:
    """Open both sides; a side that leaves its shape open is asked like the other one.

    Raises:
        ModelError: one of them cannot be opened.
        IncompatibleError: they answer different kinds of question.
    """
    first = _open_side(
        source,
        options,
        format_name=options.source_format,
        override=options.source_override,
        endpoint=options.source_endpoint,
    )
    second = _open_side(
        suspect,
        options,
        format_name=options.suspect_format,
        override=options.suspect_override,
        endpoint=options.suspect_endpoint,
    )
    first, second = _told_apart(first, second)
    shape = _known_shape(first, second, pool=options.pool)
    if shape is not None:
        first, second = adopt(first, shape), adopt(second, shape)
    _require_same_question(first, second)
    return first, second


def recorded_ids(opened: OpenedModel) -> frozenset[str]:
    """Query ids that recorded answers hold; empty for a live model."""
    ids: object = getattr(opened.model, "ids", None)
    return ids if isinstance(ids, frozenset) else frozenset()


def pool_of(ids: Iterable[str]) -> str | None:
    """The pool that recorded answers belong to, as their ids tell it."""
    names = {query.rpartition("#")[0] for query in ids}
    return names.pop() or None if len(names) == 1 else None


def query_shape(first: Preprocessing, second: Preprocessing) -> tuple[int, ...]:
    """The shape to ask both in: the smaller picture, since shrinking would average noise away."""
    if first.modality is not Modality.IMAGE:
        return first.shape
    height, width = min((first.shape, second.shape), key=lambda shape: shape[0] * shape[1])[:2]
    return (height, width, 3)


def default_pool(modality: Modality) -> str:
    """The mixture for a kind of question."""
    return _DEFAULT_POOLS[modality]


def reference_locations(patterns: Sequence[str]) -> dict[str, str]:
    """Location to short name of everything that the patterns stand for, each once.

    Files, folders (searched) and glob patterns; names of functions are taken as they are.

    Raises:
        ModelNotFoundError: a pattern matches nothing.
    """
    found = list(_expand(patterns))
    names = [one if is_url(one) else Path(one).name for one in found]
    return {
        location: _with_folder(location) if names.count(name) > 1 else name
        for location, name in zip(found, names, strict=True)
    }


def open_reference(
    location: str, name: str, source: OpenedModel, options: CompareOptions
) -> OpenedModel:
    """Open one honest model.

    Raises:
        ModelkinError: it cannot be opened, or answers another kind of question.
    """
    opened = open_model(
        location, allow_code=options.allow_code, limits=options.limits, cache=options.cache
    )
    opened = adopt(replace(opened, name=name), source.fed.shape)
    _require_same_question(source, opened)
    return opened


def family_of(opened: OpenedModel) -> str:
    """The recorded family, or the model itself as a family of its own."""
    return str(opened.sidecar.derivation.get("family") or opened.file_digest[:12])


def null_of(opened: OpenedModel) -> NullKind | None:
    """Which null the model represents, where that is recorded."""
    recorded = opened.sidecar.derivation.get("null")
    return NullKind(recorded) if recorded else None


def _known_shape(*sides: OpenedModel, pool: str | None) -> tuple[int, ...] | None:
    """The query shape that one side declares, the pool's, or what an open side takes by custom."""
    for side in sides:
        if side.preprocessing is not None and not is_open(side):
            return side.preprocessing.shape
    for name in filter(None, (pool, *(pool_of(recorded_ids(side)) for side in sides))):
        with contextlib.suppress(PoolError):  # a folder or table, whose name tells no shape
            shape = parse_pool_name(name).shape
            if shape is not None:
                return shape
    return next((side.preprocessing.shape for side in sides if side.preprocessing), None)


def _expand(patterns: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for pattern in patterns:
        path = Path(pattern)
        if is_url(pattern) or is_model_folder(path):
            found = [pattern]
        elif path.is_dir():
            found = sorted(map(str, _models_in(path)))
        elif glob.has_magic(pattern) and not path.exists():
            found = sorted(file for file in glob.glob(pattern) if _may_be_model(Path(file)))  # noqa: PTH207 (absolute patterns)
        else:
            found = [pattern] if path.exists() or ":" in pattern else []
        if not found:
            raise ModelNotFoundError(
                f"the references '{pattern}' hold no file",
                hint="name model files, a folder of them, or a pattern such as 'refs/*.onnx'",
            )
        yield from (location for location in found if location not in seen)
        seen.update(found)


def _models_in(folder: Path) -> Iterator[Path]:
    """Files and model folders, at any depth."""
    for entry in folder.iterdir():
        if is_model_folder(entry):
            yield entry
        elif entry.is_dir():
            yield from _models_in(entry)
        elif _may_be_model(entry):
            yield entry


def _may_be_model(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts if part not in {".", ".."})
    if hidden or not path.is_file():
        return False
    return path.suffix not in _NOT_MODELS or is_view(path.name) or _is_table_model(path)


def _is_table_model(path: Path) -> bool:
    """Whether a file with the ending of a text is a booster."""
    with path.open("rb") as file:
        return content_kind(file.read(_FIRST_BYTES)) in {"lightgbm", "xgboost"}


def _require_same_question(first: OpenedModel, second: OpenedModel) -> None:
    a, b = first.fed, second.fed
    if a.modality is not b.modality:
        raise IncompatibleError(
            f"'{first.name}' takes {a.modality} queries and '{second.name}' takes {b.modality}",
            hint="compare models that answer the same kind of question; if one of them was read "
            "wrongly, state its shape in an override file (see 'modelkin inspect')",
        )
    if a.modality is Modality.VECTOR:
        match_columns(first, second)
    if a.modality is not Modality.IMAGE and a.shape != b.shape:
        raise IncompatibleError(
            f"'{first.name}' takes {a.shape[0]} columns and '{second.name}' takes {b.shape[0]}",
            hint="compare models with the same columns",
        )


def _open_side(
    side: str | OpenedModel,
    options: CompareOptions,
    *,
    format_name: str | None,
    override: Path | None,
    endpoint: EndpointOptions,
) -> OpenedModel:
    if isinstance(side, OpenedModel):
        return side
    return open_model(
        side,
        format_name=format_name,
        allow_code=options.allow_code,
        override=override,
        limits=options.limits,
        cache=options.cache,
        endpoint=endpoint,
    )


def _told_apart(first: OpenedModel, second: OpenedModel) -> tuple[OpenedModel, OpenedModel]:
    if first.name != second.name:
        return first, second
    return (
        replace(first, name=_with_folder(first.location)),
        replace(second, name=_with_folder(second.location)),
    )


def _with_folder(location: str) -> str:
    path = Path(location)
    return f"{path.absolute().parent.name}/{path.name}" if path.exists() else location

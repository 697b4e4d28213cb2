"""Opening both sides and the references, and agreeing on what to ask them."""

import contextlib
import glob
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelkin.errors import (
    IncompatibleError,
    ModelkinError,
    ModelNotFoundError,
    PoolError,
    UnknownFormatError,
)
from modelkin.models.contents import content_kind
from modelkin.models.opened import OpenedModel, adopt, open_model
from modelkin.models.opening import is_model_folder
from modelkin.pipeline.columns import match_columns
from modelkin.pipeline.null import failure
from modelkin.pipeline.options import CompareOptions
from modelkin.queries.naming import parse_pool_name
from modelkin.records import Failed, Modality, NullKind, Preprocessing, Skipped

_DEFAULT_POOLS = {
    Modality.IMAGE: "image-mix-v1",
    Modality.VECTOR: "vector-mix-v1",
    Modality.LATENT: "latent-normal-v1",
}
_FIRST_BYTES = 4096
_NOT_MODELS = {".json", ".md", ".txt", ".html", ".py", ".log"}


@dataclass(frozen=True, eq=False)
class OpenedReferences:
    """References that opened, and what became of the others."""

    models: tuple[OpenedModel, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]


def open_pair(
    source: str, suspect: str, options: CompareOptions
) -> tuple[OpenedModel, OpenedModel]:
    """Open both sides; a side that accepts anything is asked like the other one.

    Raises:
        ModelError: one of them cannot be opened.
        IncompatibleError: they answer different kinds of question.
    """
    first = open_model(
        source,
        format_name=options.source_format,
        allow_code=options.allow_code,
        override=options.source_override,
    )
    second = open_model(
        suspect,
        format_name=options.suspect_format,
        allow_code=options.allow_code,
        override=options.suspect_override,
    )
    first, second = _told_apart(first, second)
    shape = _known_shape(first, second)
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


def open_references(
    patterns: Sequence[str], source: OpenedModel, options: CompareOptions
) -> OpenedReferences:
    """Open files, folders and globs of honest models; one that fails does not stop the rest.

    Raises:
        ModelNotFoundError: a pattern matches nothing.
    """
    models: list[OpenedModel] = []
    skipped: list[Skipped] = []
    failed: list[Failed] = []
    for location, named in _expand(patterns):
        try:
            opened = open_model(location, allow_code=options.allow_code)
            opened = adopt(opened, source.fed.shape)
            _require_same_question(source, opened)
        except ModelNotFoundError:
            raise
        except UnknownFormatError as error:
            if named:
                failed.append(failure(f"reference {location}", error))
            else:
                skipped.append(Skipped(subject=f"reference {location}", reason=str(error)))
        except ModelkinError as error:
            failed.append(failure(f"reference {location}", error))
        else:
            models.append(opened)
    return OpenedReferences(_unique_names(models), tuple(skipped), tuple(failed))


def family_of(opened: OpenedModel) -> str:
    """The recorded family, or the model itself as a family of its own."""
    return str(opened.sidecar.derivation.get("family") or opened.file_digest[:12])


def null_of(opened: OpenedModel) -> NullKind | None:
    """Which null the model represents, where that is recorded."""
    recorded = opened.sidecar.derivation.get("null")
    return NullKind(recorded) if recorded in set(NullKind) else None


def _known_shape(*sides: OpenedModel) -> tuple[int, ...] | None:
    """The query shape that one side declares, or the pool its answers were recorded on."""
    for side in sides:
        if side.preprocessing is not None:
            return side.preprocessing.shape
    for name in filter(None, (pool_of(recorded_ids(side)) for side in sides)):
        with contextlib.suppress(PoolError):  # a folder or table, whose name tells no shape
            return parse_pool_name(name).shape
    return None


def _expand(patterns: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """(location, named by the user) of everything the patterns stand for, each once."""
    seen: set[str] = set()
    for pattern in patterns:
        path = Path(pattern)
        if path.is_dir() and not is_model_folder(path):
            found = sorted(str(file) for file in path.rglob("*") if _may_be_model(file))
        elif path.exists() or not glob.has_magic(pattern):
            found = [pattern]
        else:
            found = sorted(file for file in glob.glob(pattern) if _may_be_model(Path(file)))  # noqa: PTH207 (absolute patterns)
        if not found:
            raise ModelNotFoundError(
                f"the references '{pattern}' hold no file",
                hint="name model files, a folder of them, or a pattern such as 'refs/*.onnx'",
            )
        named = found == [pattern]
        for location in found:
            if location not in seen:
                seen.add(location)
                yield location, named


def _may_be_model(path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.parts if part not in {".", ".."})
    if hidden or not path.is_file():
        return False
    return path.suffix not in _NOT_MODELS or _is_table_model(path)


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


def _told_apart(first: OpenedModel, second: OpenedModel) -> tuple[OpenedModel, OpenedModel]:
    a, b = _unique_names([first, second])
    return a, b


def _unique_names(models: Sequence[OpenedModel]) -> tuple[OpenedModel, ...]:
    """Add the folder to names that more than one model has."""
    names = [opened.name for opened in models]
    return tuple(
        replace(opened, name=f"{Path(opened.location).parent.name}/{opened.name}")
        if names.count(opened.name) > 1 and Path(opened.location).exists()
        else opened
        for opened in models
    )

"""Copies that an owner made of the source: the list beside them, and where each is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelkin.errors import CorruptFileError, UsageError
from modelkin.models.locations import factory_and_weights, path_of
from modelkin.models.sidecar import read_sidecar
from modelkin.models.views.view_description import is_view, read_view
from modelkin.pipeline.loading import reference_locations

MANIFEST = "copies.json"
SCHEMA = "modelkin/copies/1"


@dataclass(frozen=True, kw_only=True)
class CopyEntry:
    """One copy of the source.

    Attributes:
        location: as ``open_model`` takes it.
        name: short name.
        kind: how it was made.
        lost: it no longer answers like the source, so nobody would use it.
    """

    location: str
    name: str
    kind: str
    lost: bool


def list_copies(folder: Path) -> tuple[CopyEntry, ...]:
    """The copies in a folder: those of its list, or all models in it, by their sidecars.

    Args:
        folder: as ``modelkin derive`` wrote it, or any folder of copies.

    Raises:
        UsageError: there is no such folder, or it holds no copy.
        CorruptFileError: its list cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder of copies '{folder}'",
            hint="make one with 'modelkin derive SOURCE --out FOLDER'",
        )
    manifest = folder / MANIFEST
    if manifest.is_file():
        found = tuple(_listed(manifest))
    else:
        found = tuple(
            _by_sidecar(location, name)
            for location, name in reference_locations([str(folder)]).items()
        )
    if not found:
        raise UsageError(
            f"'{folder}' lists no copy", hint="see 'skipped' in its copies.json for the reasons"
        )
    return found


def follows_to(entry: CopyEntry, source: str) -> bool:
    """Whether a copy is a view of the very model that the user named as the source.

    Following it then runs or asks nothing that the user did not name.
    """
    if not is_view(entry.location):
        return False
    behind = read_view(Path(entry.location)).model
    if behind == source:
        return True
    split, other = factory_and_weights(behind), factory_and_weights(source)
    if split and other and split[0] != other[0]:
        return False
    paths = path_of(behind), path_of(source)
    return all(path.exists() for path in paths) and paths[0].samefile(paths[1])


def _listed(manifest: Path) -> list[CopyEntry]:
    try:
        content: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        rows = content["copies"] if content["schema"] == SCHEMA else None
        return [
            CopyEntry(
                location=_placed(manifest.parent, str(row["location"])),
                name=str(row["name"]),
                kind=str(row["kind"]),
                lost=bool(row["lost"]),
            )
            for row in rows or ()
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorruptFileError(
            f"'{manifest}' is no list of copies ({type(error).__name__}: {error})",
            hint="make the copies again with 'modelkin derive'",
        ) from error


def _placed(folder: Path, location: str) -> str:
    split = factory_and_weights(location)
    return f"{split[0]}@{folder / split[1]}" if split else str(folder / location)


def _by_sidecar(location: str, name: str) -> CopyEntry:
    derivation = read_sidecar(location).derivation
    kind = str(derivation.get("kind") or derivation.get("how") or "unknown")
    return CopyEntry(location=location, name=name, kind=kind, lost=bool(derivation.get("lost")))

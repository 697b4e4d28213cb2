"""From a name to a part: one file in a part folder is one part.

Folders are listed without importing anything; a part's module is imported when it is asked for.
Third parties add parts through the entry-point groups ``modelkin.<kind>s``.
"""

import difflib
import functools
import importlib
import importlib.metadata
import pkgutil
import sys
from typing import TypeVar, cast

from modelkin.errors import UnknownNameError
from modelkin.protocols import (
    Component,
    DecisionRule,
    FingerprintMethod,
    Method,
    ModelFormat,
    PoolRecipe,
    QueryCrafter,
    QueryGenerator,
    QuerySelector,
    SimilarityMeasure,
)

_FOLDERS = {
    "format": "modelkin.models.formats",
    "generator": "modelkin.queries.generators",
    "pool": "modelkin.queries.pools",
    "crafter": "modelkin.queries.crafting",
    "selector": "modelkin.queries.selection",
    "fingerprint": "modelkin.fingerprints",
    "measure": "modelkin.comparison",
    "method": "modelkin.methods",
    "rule": "modelkin.decision",
}
_BASES: dict[str, type[Component]] = {
    "format": ModelFormat,
    "generator": QueryGenerator,
    "pool": PoolRecipe,
    "crafter": QueryCrafter,
    "selector": QuerySelector,
    "fingerprint": FingerprintMethod,
    "measure": SimilarityMeasure,
    "method": Method,
    "rule": DecisionRule,
}
KINDS = tuple(_FOLDERS)
_C = TypeVar("_C", bound=Component)


def names(kind: str) -> tuple[str, ...]:
    """List the parts of one kind, without importing them."""
    folder = importlib.import_module(_folder(kind))
    ours = {module.name for module in pkgutil.iter_modules(folder.__path__)}
    return tuple(sorted(ours | set(_entry_points(kind))))


def part(base: type[_C], name: str) -> type[_C]:
    """Look a part up by its name; ``-`` and ``_`` mean the same.

    Raises:
        UnknownNameError: there is no such part.
    """
    kind = next(kind for kind, known in _BASES.items() if known is base)
    wanted = name.replace("-", "_")
    points = _entry_points(kind)
    if wanted in points:
        return cast("type[_C]", points[wanted].load())
    if wanted not in names(kind):
        close = difflib.get_close_matches(wanted, names(kind), n=1)
        raise UnknownNameError(
            f"there is no {kind} named '{name}'",
            hint=f"did you mean '{close[0]}'?" if close else f"known: {', '.join(names(kind))}",
        )
    module = importlib.import_module(f"{_folder(kind)}.{wanted}")
    return cast("type[_C]", getattr(module, class_name(wanted)))


def every(kind: str) -> tuple[type[Component], ...]:
    """Import and return all parts of one kind, in the order of their names."""
    _folder(kind)
    return tuple(part(_BASES[kind], name) for name in names(kind))


def class_name(file_name: str) -> str:
    """The CamelCase class that a part's file holds."""
    return "".join(word[:1].upper() + word[1:] for word in file_name.split("_"))


def _entry_points(kind: str) -> dict[str, importlib.metadata.EntryPoint]:
    return _installed(kind, tuple(sys.path))


@functools.lru_cache(maxsize=64)  # reading what is installed takes longer than opening a model
def _installed(kind: str, path: tuple[str, ...]) -> dict[str, importlib.metadata.EntryPoint]:
    """Entry points of one kind; another search path may hold others."""
    del path
    found = importlib.metadata.entry_points(group=f"modelkin.{kind}s")
    return {point.name: point for point in found}


def _folder(kind: str) -> str:
    if kind not in _FOLDERS:
        raise UnknownNameError(f"'{kind}' is no kind of part", hint=f"kinds: {', '.join(KINDS)}")
    return _FOLDERS[kind]

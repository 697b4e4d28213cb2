"""Which format a location is of, told without loading anything."""

import difflib
from pathlib import Path
from typing import cast

from modelkin.errors import (
    AmbiguousFormatError,
    BrokenModelError,
    ModelNotFoundError,
    UnknownFormatError,
)
from modelkin.protocols import ModelFormat
from modelkin.registry import every, part

_FIRST_BYTES = 4096


def recognised(location: str, format_name: str | None) -> ModelFormat:
    """The format of a location that is no URL.

    Args:
        location: a path, or a name such as ``module:function``.
        format_name: the format to use instead of looking for one.

    Raises:
        ModelNotFoundError: there is no such file or function.
        UnknownFormatError: no format recognises it.
        AmbiguousFormatError: several do.
        UnknownNameError: there is no format of that name.
    """
    path = Path(location)
    named = part(ModelFormat, format_name)() if format_name else None  # type: ignore[type-abstract]
    if named is not None and not named.sees_file:
        return named
    if not path.exists():
        others = [] if named else names_no_file(location)
        if not others:
            raise not_found(location)
        return only_one(others, location)
    if path.is_dir():
        asked = [] if named is None else [named]
        claims = [known for known in asked if known.sees_folder] if asked else _folder_claims(path)
        if not claims:
            raise _no_model_folder(path)
        return only_one(claims, location)
    first_bytes = _first_bytes(path)
    if named is not None:
        return named
    formats = _formats()
    claims = [known for known in formats if known.recognises(location, first_bytes)]
    if not claims:
        tried = "; ".join(
            f"{known.name} ({', '.join(known.extensions)})"
            for known in formats
            if known.sees_file and known.extensions
        )
        raise UnknownFormatError(
            f"no format recognises '{location}'; tried: {tried}",
            hint="convert it to ONNX, wrap it in a Python function (module:function), or name its "
            "format (--format, in compare --source-format and --suspect-format)",
        )
    return only_one(claims, location)


def is_model_folder(path: Path) -> bool:
    """Tell if a folder as a whole is a model."""
    return path.is_dir() and bool(_folder_claims(path))


def names_no_file(location: str) -> list[ModelFormat]:
    """The formats that know the location as a name of something other than a file."""
    return [
        known for known in _formats() if not known.sees_file and known.recognises(location, b"")
    ]


def only_one(claims: list[ModelFormat], location: str) -> ModelFormat:
    """The one format of several that claim a location.

    Raises:
        AmbiguousFormatError: there is more than one.
    """
    if len(claims) > 1:
        names = ", ".join(known.name for known in claims)
        raise AmbiguousFormatError(
            f"several formats recognise '{location}': {names}",
            hint="name one: --format NAME, in compare --source-format and --suspect-format",
        )
    return claims[0]


def not_found(location: str) -> ModelNotFoundError:
    """The error of a location where nothing is, with close names."""
    path = Path(location)
    folder = path.parent
    if not folder.is_dir():
        return ModelNotFoundError(
            f"there is no file '{location}'", hint=f"the folder '{folder}' does not exist"
        )
    close = difflib.get_close_matches(path.name, [entry.name for entry in folder.iterdir()], n=3)
    hint = f"close names there: {', '.join(close)}" if close else "check the path, or name a "
    return ModelNotFoundError(
        f"there is no file '{location}'",
        hint=hint if close else hint + "Python function as module:function",
    )


def _folder_claims(path: Path) -> list[ModelFormat]:
    return [known for known in _formats() if known.sees_folder and known.recognises(str(path), b"")]


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            first_bytes = file.read(_FIRST_BYTES)
    except OSError as error:
        raise BrokenModelError(
            f"'{path}' cannot be read: {error.strerror}", hint="check the file's permissions"
        ) from error
    if not first_bytes:
        raise BrokenModelError(f"'{path}' is empty", hint="copy or download the file again")
    return first_bytes


def _no_model_folder(path: Path) -> UnknownFormatError:
    inside = sorted(entry.name for entry in path.iterdir() if entry.is_file())
    kinds = ", ".join(known.name for known in _formats() if known.sees_folder)
    return UnknownFormatError(
        f"'{path}' is a folder that is no model as a whole (known: {kinds})",
        hint=f"name a file in it, such as {path / inside[0]}" if inside else "name a file",
    )


def _formats() -> list[ModelFormat]:
    return [cast("type[ModelFormat]", known)() for known in every("format")]

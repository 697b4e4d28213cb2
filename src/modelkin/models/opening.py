"""From a path or a name to a model: which format it is, and whether it may be loaded."""

import dataclasses
import difflib
import hashlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from modelkin.errors import (
    AmbiguousFormatError,
    BrokenModelError,
    ModelkinError,
    ModelNotFoundError,
    UnknownFormatError,
    UnsafeModelError,
)
from modelkin.models.endpoints.address import is_url
from modelkin.models.endpoints.probing import adapter_name, probed
from modelkin.models.locations import factory_and_weights
from modelkin.protocols import Model, ModelFormat
from modelkin.records import EndpointOptions
from modelkin.registry import every, part

_FIRST_BYTES = 4096
_LONGEST_REASON = 200


def find_format(
    location: str,
    *,
    format_name: str | None = None,
    allow_code: bool = False,
    endpoint: EndpointOptions | None = None,
) -> ModelFormat:
    """Find the format of a model, and refuse it if loading would run its code.

    Args:
        location: a path, a URL, or a name such as ``module:function``.
        format_name: the format to use instead of looking for one.
        allow_code: accept files that run code when loaded.
        endpoint: how to talk to a URL.

    Raises:
        ModelNotFoundError: there is no such file or function.
        UnknownFormatError: no format recognises it.
        AmbiguousFormatError: several do.
        UnsafeModelError: loading it would run code, and that is not allowed.
        UnknownNameError: there is no format of that name.
    """
    options = endpoint or EndpointOptions()
    if is_url(location):
        chosen, options = _protocol(location, format_name or options.adapter, options)
    else:
        chosen = _chosen(location, format_name)
    chosen = _handed(chosen, allow_code=allow_code, options=options)
    if chosen.runs_code and not allow_code:
        raise UnsafeModelError(
            f"'{location}' is a {chosen.name} file: {chosen.loading}",
            hint="convert it to a safe format (skops for scikit-learn; torch.export or "
            "safetensors for PyTorch; ONNX for any), or pass --allow-code if you trust it",
        )
    return chosen


def load_model(chosen: ModelFormat, location: str) -> Model:
    """Load a model by its format, in this process.

    Raises:
        BrokenModelError: it cannot be loaded.
        MissingDependencyError: its framework is not installed.
    """
    try:
        return chosen.load(location)
    except ModelkinError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".splitlines()[0][:_LONGEST_REASON]
        raise BrokenModelError(
            f"'{location}' cannot be loaded as {chosen.name}: {reason}",
            hint="check that it opens in its own framework, in the version it was saved by",
        ) from error


def open_format(
    location: str,
    *,
    format_name: str | None = None,
    allow_code: bool = False,
    endpoint: EndpointOptions | None = None,
) -> tuple[ModelFormat, Model]:
    """Find the format of a model and load it in this process; raises what both steps raise."""
    chosen = find_format(
        location, format_name=format_name, allow_code=allow_code, endpoint=endpoint
    )
    return chosen, load_model(chosen, location)


def location_digest(location: str, identity: str = "", *, companions: Sequence[Path] = ()) -> str:
    """sha256 of a model: of its file or folder, or of a function's name and source file.

    Weights that belong to a factory are covered too.

    Args:
        location: as given by the user.
        identity: all that decides the answers of an endpoint besides its URL.
        companions: other files that belong to the model, such as weights beside it.

    Raises:
        ModelNotFoundError: there is no such file or function.
    """
    if is_url(location):
        return hashlib.sha256(f"{location}\0{identity}".encode()).hexdigest()
    path = Path(location)
    if path.exists():
        own = _folder_digest(path) if path.is_dir() else _file_digest(path)
        others = [
            f"{_file_digest(file)}  {file.name.removeprefix(path.stem)}\n" for file in companions
        ]
        return hashlib.sha256("".join([own, *others]).encode()).hexdigest() if others else own
    if not _names_no_file(location):
        raise _not_found(location)
    split = factory_and_weights(location)
    name = split[0] if split else location
    content = hashlib.sha256(name.encode())
    source = _source_file(name.partition(":")[0])
    if source is not None:
        content.update(b"\0" + source.read_bytes())
    if split:
        content.update(_file_digest(Path(split[1])).encode())
    return content.hexdigest()


def is_model_folder(path: Path) -> bool:
    """Tell if a folder as a whole is a model."""
    return path.is_dir() and bool(_folder_claims(path))


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_digest(path: Path) -> str:
    """Names and contents of the files directly in a folder."""
    files = sorted(file for file in path.iterdir() if file.is_file())
    found = [f"{_file_digest(file)}  {file.name}\n" for file in files]
    return hashlib.sha256("".join(found).encode()).hexdigest()


def _folder_claims(path: Path) -> list[ModelFormat]:
    return [known for known in _formats() if known.sees_folder and known.recognises(str(path), b"")]


def _handed(chosen: ModelFormat, **given: object) -> ModelFormat:
    """The format with those of the given settings that it has a field for."""
    fields = {field.name for field in dataclasses.fields(chosen)} & given.keys()
    made = cast("type[Any]", type(chosen))(**{name: given[name] for name in fields})
    return cast("ModelFormat", made)


def _protocol(
    location: str, stated: str | None, options: EndpointOptions
) -> tuple[ModelFormat, EndpointOptions]:
    """The format of a URL, and the options with a note how it was chosen."""
    if stated is not None:
        name, how = adapter_name(stated), "named"
    else:
        claims = _names_no_file(location)
        if not claims:
            raise UnknownFormatError(
                f"no format talks to '{location}'", hint="write it as http://host:port/path"
            )
        name, how = _only_one(claims, location).name, "by the URL's shape"
        if name == "json_endpoint" and '"request"' not in options.template:
            name, how = probed(location, options), "by asking the server"
    found = part(ModelFormat, name)()  # type: ignore[type-abstract]
    return found, dataclasses.replace(options, chosen_by=how)


def _chosen(location: str, format_name: str | None) -> ModelFormat:
    path = Path(location)
    named = part(ModelFormat, format_name)() if format_name else None  # type: ignore[type-abstract]
    if named is not None and not named.sees_file:
        return named
    if not path.exists():
        others = [] if named else _names_no_file(location)
        if not others:
            raise _not_found(location)
        return _only_one(others, location)
    if path.is_dir():
        asked = [] if named is None else [named]
        claims = [known for known in asked if known.sees_folder] if asked else _folder_claims(path)
        if not claims:
            raise _no_model_folder(path)
        return _only_one(claims, location)
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
    return _only_one(claims, location)


def _only_one(claims: list[ModelFormat], location: str) -> ModelFormat:
    if len(claims) > 1:
        names = ", ".join(known.name for known in claims)
        raise AmbiguousFormatError(
            f"several formats recognise '{location}': {names}",
            hint="name one: --format NAME, in compare --source-format and --suspect-format",
        )
    return claims[0]


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


def _names_no_file(location: str) -> list[ModelFormat]:
    """The formats that know the location as a name of something other than a file."""
    return [
        known for known in _formats() if not known.sees_file and known.recognises(location, b"")
    ]


def _not_found(location: str) -> ModelNotFoundError:
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


def _source_file(module_name: str) -> Path | None:
    """Where a module's source is; the current directory is looked at as when loading it."""
    here = os.getcwd()  # noqa: PTH109 (sys.path holds text)
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        spec = importlib.util.find_spec(module_name)
    except (ImportError, ValueError) as error:
        raise ModelNotFoundError(
            f"there is no module '{module_name}'", hint="run from the folder that holds it"
        ) from error
    if spec is None:
        raise ModelNotFoundError(
            f"there is no module '{module_name}'", hint="run from the folder that holds it"
        )
    found = Path(spec.origin) if spec.origin else None
    return found if found is not None and found.is_file() else None

"""What a model is, as a hash of everything that decides its answers."""

import hashlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from modelkin.errors import ModelNotFoundError
from modelkin.models.endpoints.address import is_url
from modelkin.models.locations import factory_and_weights
from modelkin.models.recognising import names_no_file, not_found


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
    if not names_no_file(location):
        raise not_found(location)
    split = factory_and_weights(location)
    name = split[0] if split else location
    content = hashlib.sha256(name.encode())
    source = _source_file(name.partition(":")[0])
    if source is not None:
        content.update(b"\0" + source.read_bytes())
    if split:
        content.update(_file_digest(Path(split[1])).encode())
    return content.hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder_digest(path: Path) -> str:
    """Names and contents of the files directly in a folder."""
    files = sorted(file for file in path.iterdir() if file.is_file())
    found = [f"{_file_digest(file)}  {file.name}\n" for file in files]
    return hashlib.sha256("".join(found).encode()).hexdigest()


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

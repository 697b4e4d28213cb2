"""Weights of the models of a zoo, where their files are still in place."""

import tempfile
from pathlib import Path

from modelkin.apps.known import Known
from modelkin.apps.limits import WalkLimits
from modelkin.apps.loose import is_variables, wanted_parts
from modelkin.apps.refused import RefusedError
from modelkin.apps.vault import Vault
from modelkin.apps.walking import Walk
from modelkin.apps.weights.reading import read_weights
from modelkin.apps.weights.tensor import Tensor

_MOST_BYTES = 2 * 2**30
# the file that says what a folder is
_MAIN = ("saved_model.pb", "Data/com.apple.CoreML/model.mlmodel", "model.safetensors")


def zoo_weights(known: Known) -> dict[str, tuple[Tensor, ...]]:
    """Sketches by name; 2 GiB of files at most, and those that cannot be read are left out.

    Args:
        known: the zoo.
    """
    found, total = {}, 0
    for member in known.members:
        path = main_file(Path(member.location))
        if path is None:
            continue
        kind = file_kind(path)
        parts = disk_parts(kind, path) if kind else {}
        total += sum(one.stat().st_size for one in (path, *parts.values()))
        if total > _MOST_BYTES:
            break
        try:
            tensors = read_weights(kind, path, parts) if kind else None
        except RefusedError:
            continue
        if tensors is not None:
            found[member.name] = tensors
    return found


def main_file(location: Path) -> Path | None:
    """The file of a model that says what it is; None where it is gone."""
    places = [location, *(location / one for one in _MAIN)]
    return next((one for one in places if one.is_file()), None)


def file_kind(path: Path) -> str | None:
    """The kind of one model file on disk, told by its content; None where it is none."""
    with tempfile.TemporaryDirectory() as folder:
        found = Walk(Vault(Path(folder) / "vault"), WalkLimits(depth=0)).run(path, path.name)
    return found.candidates[0].kind if found.candidates else None


def disk_parts(kind: str, path: Path) -> dict[str, Path]:
    """Files beside a model of one's own, by our names of them.

    A name that a model states is followed within its own folder only.

    Args:
        kind: name of its kind.
        path: its main file.
    """
    here = path.parent.resolve()
    if kind == "saved_model":
        folder = here / "variables"
        names = sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []
        return {f"variables/{one}": folder / one for one in names if is_variables(one)}
    wanted = wanted_parts(kind, path, path.name)
    places = {ours: (here / theirs).resolve() for ours, theirs in wanted.items()}
    return {
        ours: place
        for ours, place in places.items()
        if place.is_relative_to(here) and place.is_file()
    }

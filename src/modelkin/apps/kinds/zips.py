"""Which zip archives are models as a whole."""

from collections.abc import Sequence
from pathlib import Path

from modelkin.models.torch_archive import torch_kind

_TORCH = {"script": "torchscript", "export": "torch_export", "pickle": "torch_pickle"}
_TORCH |= {"weights": "torch_weights"}


def zip_kind(path: Path, names: Sequence[str]) -> str | None:
    """The kind of model that an archive is, or None where it is an archive of other things.

    Args:
        path: the archive.
        names: of its members.
    """
    held = set(names)
    ends = {name.partition("/")[2] or name for name in names}
    if "config.json" in held and {"model.weights.h5", "metadata.json"} & held:
        return "keras"
    if "schema.json" in held and not any("/" in name for name in names):
        return "skops"
    if "data.pkl" in ends or {"archive_format", "serialized_exported_program.json"} & ends:
        found = _TORCH.get(torch_kind(str(path), b"PK\x03\x04") or "")
        return "torch_mobile" if found == "torchscript" and "bytecode.pkl" in ends else found
    return None

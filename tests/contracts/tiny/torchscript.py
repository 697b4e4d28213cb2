"""A tiny model for the format ``torchscript``."""

from pathlib import Path

from tests.models.tiny_torch import rows, script


def write(folder: Path) -> str:
    return script(rows(), folder / "tiny.pt")

"""A tiny model for the format ``torch_export``."""

from pathlib import Path

from tests.models.tiny_torch import export, rows


def write(folder: Path) -> str:
    return export(rows(), folder / "tiny.pt2", 4)

"""A tiny model for the format ``keras``."""

from pathlib import Path

from tests.models.tiny_keras import rows


def write(folder: Path) -> str:
    path = str(folder / "tiny.keras")
    rows().save(path)
    return path

"""A tiny model for the format ``catboost``."""

from pathlib import Path

from tests.models.tables import train_catboost


def write(folder: Path) -> str:
    path = folder / "tiny.cbm"
    train_catboost().save_model(str(path))
    return str(path)

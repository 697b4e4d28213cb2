"""A tiny model for the format ``xgboost``."""

from pathlib import Path

from tests.models.tables import train_xgboost


def write(folder: Path) -> str:
    path = folder / "tiny.json"
    train_xgboost(categories=False).save_model(path)
    return str(path)

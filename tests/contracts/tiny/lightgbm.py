"""A tiny model for the format ``lightgbm``."""

from pathlib import Path

from tests.models.tables import train_lightgbm


def write(folder: Path) -> str:
    path = folder / "tiny.txt"
    # the contract asks values of 0 to 1, which tell rows apart by the ratio alone
    train_lightgbm(categories=False).save_model(str(path))
    return str(path)

"""A tiny model for the format ``skops``."""

from pathlib import Path

from tests.contracts.tiny.pickle import fitted


def write(folder: Path) -> str:
    from skops.io import dump

    path = folder / "tiny.skops"
    dump(fitted(), path)
    return str(path)

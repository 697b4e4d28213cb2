"""The file or folder on disk that a location stands for."""

from pathlib import Path

_WEIGHTS = "@"


def factory_and_weights(location: str) -> tuple[str, str] | None:
    """Split ``module:factory@weights``; None for any other location."""
    factory, sign, weights = location.partition(_WEIGHTS)
    return (factory, weights) if sign and ":" in factory and weights else None


def path_of(location: str) -> Path:
    """The path itself, or the weights file of ``module:factory@weights``."""
    path = Path(location)
    split = None if path.exists() else factory_and_weights(location)
    return Path(split[1]) if split else path

"""A tiny model for the format ``coreml``, which runs on macOS alone."""

from pathlib import Path

from tests.models.tiny_coreml import write_linear


def write(folder: Path) -> str:
    return str(write_linear(folder / "tiny.mlmodel"))

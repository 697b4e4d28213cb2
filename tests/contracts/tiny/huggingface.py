"""A tiny model for the format ``huggingface``."""

from pathlib import Path

from tests.models import tiny_transformers


def write(folder: Path) -> str:
    return tiny_transformers.write(folder / "tiny")

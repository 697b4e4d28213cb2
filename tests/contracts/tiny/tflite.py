"""A tiny model for the format ``tflite``."""

from pathlib import Path

from tests.models.tiny_tflite import write_float


def write(folder: Path) -> str:
    return str(write_float(folder / "tiny.tflite"))

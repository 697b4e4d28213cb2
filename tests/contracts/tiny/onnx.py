"""A tiny model for the format ``onnx``."""

from pathlib import Path

from tests.models.tiny_onnx import write_classifier


def write(folder: Path) -> str:
    return str(write_classifier(folder / "tiny.onnx"))

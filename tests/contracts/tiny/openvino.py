"""A tiny model for the format ``openvino``."""

from pathlib import Path

from tests.models.tables import write_openvino


def write(folder: Path) -> str:
    return str(write_openvino(folder))

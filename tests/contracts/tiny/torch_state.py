"""A tiny model for the format ``torch_state``."""

from pathlib import Path

from tests.models.tiny_torch import rows, weights


def write(folder: Path) -> str:
    path = weights(rows(), folder / "tiny.safetensors")
    return f"tests.models.tiny_torch:make_rows@{path}"

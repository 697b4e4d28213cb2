"""A tiny model for the format ``torch_pickle``."""

from pathlib import Path

from tests.models.tiny_torch import rows


def write(folder: Path) -> str:
    import torch

    path = folder / "tiny.pth"
    torch.save(rows(), path)
    return str(path)

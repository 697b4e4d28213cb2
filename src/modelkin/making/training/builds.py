"""Nets for any query shape: the slim ones for pictures, a perceptron for rows."""

from itertools import pairwise

import torch
from torch import nn

from modelkin.making.training.nets import make_net

PICTURE_NETS, ROW_NETS = ("resnet", "mobilenet"), ("wide", "deep")
_SIDE = 48
_WIDTHS = {"wide": (256, 128), "deep": (128, 128, 128)}


def architectures(shape: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the nets that take queries of this shape."""
    return PICTURE_NETS if len(shape) > 1 else ROW_NETS


def build_net(arch: str, classes: int, shape: tuple[int, ...], seed: int) -> nn.Module:
    """A net with random weights of its own seed; torch's own randomness is left as it was.

    Args:
        arch: one of ``architectures``.
        classes: outputs.
        shape: of one query: (height, width, 3) or (columns,); large pictures are shrunk first.
        seed: of the weights.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed % 2**63)
        if len(shape) == 1:
            return _perceptron(shape[0], _WIDTHS[arch], classes)
        net = make_net(arch, classes)
    shrink = max(1, round(min(shape[:2]) / _SIDE))
    found = nn.Sequential(nn.AvgPool2d(shrink), net) if shrink > 1 else net
    return found.to(memory_format=torch.channels_last)


def _perceptron(columns: int, widths: tuple[int, ...], classes: int) -> nn.Module:
    sizes = (columns, *widths)
    layers: list[nn.Module] = [nn.BatchNorm1d(columns)]
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], classes))

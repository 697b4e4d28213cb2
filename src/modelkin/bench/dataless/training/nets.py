"""The two convolutional classifiers of the zoo."""

import torch
from torch import nn

from modelkin.bench.dataless.image_set import CLASSES


class SmallNet(nn.Module):
    """Convolutions, then one linear layer.

    Args:
        body: picture (n, 1, 28, 28) to features (n, width).
        width: of the features.
    """

    def __init__(self, body: nn.Sequential, width: int) -> None:
        super().__init__()
        self.body = body
        self.head = nn.Linear(width, CLASSES)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 10) logits for (n, 1, 28, 28) reals in [0, 1]."""
        found: torch.Tensor = self.head(self.body(pictures))
        return found


def make_net(arch: str) -> SmallNet:
    """A net with random weights from torch's current seed.

    Args:
        arch: "plain" (LeNet's shape: pooling, a wide hidden layer) or "strided" (batch
            normalisation, strides in place of pooling, mean over places).
    """
    if arch == "plain":
        return SmallNet(
            nn.Sequential(
                *(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Flatten(), nn.Linear(32 * 7 * 7, 64), nn.ReLU()),
            ),
            64,
        )
    if arch == "strided":
        return SmallNet(
            nn.Sequential(
                *_convolved(1, 16, 2),
                *_convolved(16, 32, 1),
                *_convolved(32, 64, 2),
                *_convolved(64, 64, 2),
                *(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
            ),
            64,
        )
    raise ValueError(f"unknown architecture '{arch}'")


def _convolved(before: int, after: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(before, after, 3, stride, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )

"""Two slim nets for pictures of 32 x 32: a residual one and an inverted-residual one."""

from itertools import pairwise

import torch
from torch import nn


class SlimNet(nn.Module):
    """Stem, four stages and a head; pictures in [0, 1] in, logits out.

    Attributes:
        stages: four modules, whose outputs a feature distillation matches.
    """

    def __init__(self, stem: nn.Module, stages: list[nn.Module], width: int, classes: int) -> None:
        super().__init__()
        self.stem = stem
        self.stages = nn.ModuleList(stages)
        self.head = nn.Linear(width, classes)

    def features(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Outputs of the four stages."""
        x = self.stem((pictures - 0.5) / 0.25)
        found = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 3, 32, 32) to (n, classes)."""
        return self.head(self.features(pictures)[-1].mean((2, 3)))


class Residual(nn.Module):
    """Two convolutions around a shortcut (He et al., 2016)."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *_convolved(before, after, 3, stride),
            nn.ReLU(),
            *_convolved(after, after, 3, 1),
        )
        same = before == after and stride == 1
        self.shortcut = (
            nn.Identity() if same else nn.Sequential(*_convolved(before, after, 1, stride))
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the two ways."""
        return torch.relu(self.body(x) + self.shortcut(x))


class Inverted(nn.Module):
    """Widen, filter each channel, narrow (Sandler et al., 2018)."""

    def __init__(self, before: int, after: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = before * expansion
        self.body = nn.Sequential(
            *_convolved(before, wide, 1, 1),
            nn.ReLU6(),
            *_convolved(wide, wide, 3, stride, groups=wide),
            nn.ReLU6(),
            *_convolved(wide, after, 1, 1),
        )
        self.adds = before == after and stride == 1

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the shortcut where the shapes agree."""
        return x + self.body(x) if self.adds else self.body(x)


def make_net(arch: str, classes: int) -> SlimNet:
    """A net with random weights from torch's current seed."""
    stem = nn.Sequential(*_convolved(3, 16, 3, 2), nn.ReLU())
    if arch == "resnet":
        widths = (16, 16, 32, 64, 128)
        stages: list[nn.Module] = [
            Residual(before, after, 1 if number == 0 else 2)
            for number, (before, after) in enumerate(pairwise(widths))
        ]
        return SlimNet(stem, stages, widths[-1], classes)
    last = nn.Sequential(Inverted(40, 80, 2, 4), *_convolved(80, 160, 1, 1), nn.ReLU6())
    stages = [
        Inverted(16, 16, 1, 1),
        nn.Sequential(Inverted(16, 24, 2, 4), Inverted(24, 24, 1, 4)),
        nn.Sequential(Inverted(24, 40, 2, 4), Inverted(40, 40, 1, 4)),
        last,
    ]
    return SlimNet(stem, stages, 160, classes)


def layers(net: SlimNet) -> list[nn.Module]:
    """The layers with weights, from input to output; a convolution owns the norm behind it."""
    return [module for module in net.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]


def _convolved(before: int, after: int, size: int, stride: int, groups: int = 1) -> list[nn.Module]:
    return [
        nn.Conv2d(before, after, size, stride, size // 2, groups=groups, bias=False),
        nn.BatchNorm2d(after),
    ]

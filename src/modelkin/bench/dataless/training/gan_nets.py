"""Generators and critics: small ones of the shape of DCGAN (Radford et al., 2016)."""

import torch
from torch import nn

from modelkin.bench.dataless.query_measures import LATENT

_CELLS = 7  # 28 pixels, halved twice
_SLOPE = 0.2


class Generator(nn.Module):
    """Latent vectors to pictures.

    Args:
        width: channels before the last layer.
    """

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Linear(LATENT, 2 * width * _CELLS**2),
            nn.Unflatten(1, (2 * width, _CELLS, _CELLS)),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
        )
        self.last = nn.Sequential(
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, 1, 4, 2, 1),
            nn.Sigmoid(),
        )

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        """(n, 1, 28, 28) reals in [0, 1] for (n, 32) standard normal ones."""
        found: torch.Tensor = self.last(self.first(latents))
        return found


def make_critic(outputs: int, width: int = 24) -> nn.Sequential:
    """Pictures (n, 1, 28, 28) to (n, outputs); without normalisation, which a penalty forbids."""
    return nn.Sequential(
        *(nn.Conv2d(1, width, 4, 2, 1), nn.LeakyReLU(_SLOPE)),
        *(nn.Conv2d(width, 2 * width, 4, 2, 1), nn.LeakyReLU(_SLOPE)),
        *(nn.Flatten(), nn.Linear(2 * width * _CELLS**2, outputs)),
    )


class CramerScore(nn.Module):
    """The critic of a Cramér GAN as a black box: one score a picture.

    ``f(x) = E ||h(x) - h(G(z))|| - ||h(x)||`` with the mean over a few fixed generated pictures;
    the higher, the more the picture looks real.

    Args:
        features: h.
        generated: (k, d) features of the generated pictures.
    """

    def __init__(self, features: nn.Module, generated: torch.Tensor) -> None:
        super().__init__()
        self.features = features
        self.register_buffer("generated", generated)
        self.generated: torch.Tensor

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 1) scores for (n, 1, 28, 28) reals in [0, 1]."""
        found = self.features(pictures)
        gaps = (found[:, None] - self.generated[None]).norm(dim=2).mean(1, keepdim=True)
        score: torch.Tensor = gaps - found.norm(dim=1, keepdim=True)
        return score

"""Training two sorts of GAN: DCGAN and Cramér GAN."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from modelkin.bench.dataless.query_measures import LATENT
from modelkin.bench.dataless.training.gan_nets import CramerScore, Generator, make_critic

ARCHS = ("dcgan", "cramer")
_BATCH = 32
_STEPS = {"dcgan": 600, "cramer": 400}  # a step of the second costs twice that of the first
_FEWEST = 4
_FEATURES = 64
_PENALTY = 10.0
_FIXED = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class Gan:
    """A trained pair, in evaluation mode.

    Attributes:
        generator: (n, 32) latents to (n, 1, 28, 28) pictures in [0, 1].
        critic: such pictures to (n, 1) scores, higher for real ones.
        losses: (critic, generator) means in each fifth of the training.
    """

    generator: nn.Module
    critic: nn.Module
    losses: list[tuple[float, float]]


def train_gan(arch: str, pictures: NDArray[np.uint8], *, seed: int, shorten: float) -> Gan:
    """Train a GAN from a random start.

    Args:
        arch: "dcgan" (Radford et al., 2016: a critic of real against generated, generator loss
            that does not saturate) or "cramer" (Bellemare et al., 2017: energy distance in
            learned features, with gradient penalty). Ours takes one critic step a generator
            step, the paper five.
        pictures: (n, 28, 28, 1).
        seed: of weights, order and latents.
        shorten: factor on the number of steps.

    Raises:
        ValueError: there is no such sort.
    """
    if arch not in ARCHS:
        raise ValueError(f"unknown GAN '{arch}'")
    torch.manual_seed(seed)
    source = torch.Generator().manual_seed(seed)
    cramer = arch == "cramer"
    generator, critic = Generator(), make_critic(_FEATURES if cramer else 1)
    judges = torch.optim.Adam(critic.parameters(), lr=4e-4, betas=(0.5, 0.9))
    makers = torch.optim.Adam(generator.parameters(), lr=4e-4, betas=(0.5, 0.9))
    judge, make = (_cramer_critic, _cramer_energy) if cramer else (_dcgan_critic, _dcgan_made)
    losses = []
    steps = max(_FEWEST, round(_STEPS[arch] * shorten))
    several = 2 if cramer else 1  # an energy distance needs pairs of generated pictures
    for real in _batches(pictures, steps, seed):
        with torch.no_grad():
            fake = generator(_latents(several * len(real), source))
        judged = judge(critic, real, fake, source)
        _move(judges, judged)
        made = make(critic, real, generator(_latents(several * len(real), source)))
        _move(makers, made)
        losses.append((float(judged.detach()), float(made.detach())))
    generator.eval()
    critic.eval()
    fifths = np.array_split(np.array(losses), 5)
    means = [(float(part[:, 0].mean()), float(part[:, 1].mean())) for part in fifths if len(part)]
    if not cramer:
        return Gan(generator=generator, critic=critic, losses=means)
    with torch.no_grad():
        fixed = critic(generator(_latents(_FIXED, source)))
    return Gan(generator=generator, critic=CramerScore(critic, fixed).eval(), losses=means)


def _dcgan_critic(
    critic: nn.Module, real: torch.Tensor, fake: torch.Tensor, source: torch.Generator
) -> torch.Tensor:
    del source
    soft = nn.functional.softplus
    return soft(-critic(real)).mean() + soft(critic(fake)).mean()


def _dcgan_made(critic: nn.Module, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    del real
    return nn.functional.softplus(-critic(fake)).mean()


def _cramer_critic(
    critic: nn.Module, real: torch.Tensor, fake: torch.Tensor, source: torch.Generator
) -> torch.Tensor:
    """Minus the surrogate of the energy distance, and the penalty on its slope."""
    first, second = fake.chunk(2)
    base = critic(second)

    def surrogate(pictures: torch.Tensor) -> torch.Tensor:
        found = critic(pictures)
        return _norm(found - base) - _norm(found)

    share = torch.rand((len(real), 1, 1, 1), generator=source)
    between = (share * real + (1 - share) * first).requires_grad_()
    (slope,) = torch.autograd.grad(surrogate(between).sum(), between, create_graph=True)
    penalty = ((_norm(slope.flatten(1)) - 1) ** 2).mean()
    return _PENALTY * penalty - (surrogate(real) - surrogate(first)).mean()


def _cramer_energy(critic: nn.Module, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Energy distance of real and generated pictures, less what does not depend on the latter."""
    with torch.no_grad():
        x = critic(real)
    y, z = critic(fake).chunk(2)
    return (_norm(x - y) + _norm(x - z) - _norm(y - z)).mean()


def _norm(rows: torch.Tensor) -> torch.Tensor:
    """(n,) lengths, with a slope at 0."""
    return (rows.square().sum(1) + 1e-8).sqrt()


def _move(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    for group in optimiser.param_groups:
        for weight in group["params"]:
            weight.grad = None
    loss.backward()
    optimiser.step()


def _latents(count: int, source: torch.Generator) -> torch.Tensor:
    return torch.randn((count, LATENT), generator=source)


def _batches(pictures: NDArray[np.uint8], steps: int, seed: int) -> Iterator[torch.Tensor]:
    rng = np.random.default_rng(seed)
    order: list[int] = []
    size = min(_BATCH, len(pictures))
    for _ in range(steps):
        if len(order) < size:
            order = rng.permutation(len(pictures)).tolist()
        rows = np.array(order[:size])
        del order[:size]
        yield torch.from_numpy(pictures[rows]).permute(0, 3, 1, 2).float().div_(255)

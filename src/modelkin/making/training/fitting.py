"""The training loop that every recipe shares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

BATCH = 64
_SHIFT = 4
_FEWEST = 8  # the one-cycle course divides by zero at five
Loss = Callable[[nn.Module, torch.Tensor, torch.Tensor], torch.Tensor]
Feed = Callable[[NDArray[Any], np.random.Generator], torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """How long and how fast.

    Attributes:
        epochs: passes over the pictures.
        rate: highest learning rate, on a one-cycle course.
        decay: weight decay.
    """

    epochs: float
    rate: float
    decay: float = 5e-4


def to_tensor(pictures: NDArray[np.uint8]) -> torch.Tensor:
    """(n, h, w, 3) bytes to (n, 3, h, w) reals in [0, 1], channels last in memory."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(255)


def varied(pictures: NDArray[Any], rng: np.random.Generator) -> torch.Tensor:
    """Pictures as reals, some flipped, all shifted."""
    return _augmented(to_tensor(pictures), rng)


def as_they_are(rows: NDArray[Any], rng: np.random.Generator) -> torch.Tensor:
    """(n, columns) rows as reals."""
    del rng
    return torch.from_numpy(rows).float()


def fit(
    net: nn.Module,
    pictures: NDArray[Any],
    targets: torch.Tensor,
    loss: Loss,
    schedule: Schedule,
    *,
    seed: int,
    after_step: Callable[[], None] | None = None,
    frozen: list[nn.Module] | None = None,
    feed: Feed = varied,
) -> list[float]:
    """Train a net in place with SGD, shifts and flips.

    Args:
        net: what is trained, on one thread.
        pictures: (n, h, w, 3), or rows where ``feed`` takes them.
        targets: (n,) classes, or whatever ``loss`` takes, a row a picture.
        loss: of the net on a batch and its targets.
        schedule: how long and how fast.
        seed: of order, shifts and flips.
        after_step: called after each step, to hold weights at zero.
        frozen: normalisations whose statistics stay as they are.
        feed: makes a batch of inputs a tensor.

    Returns:
        The mean loss of every pass.
    """
    rng = np.random.default_rng(seed)
    trained = [weight for weight in net.parameters() if weight.requires_grad]
    steps = max(_FEWEST, round(schedule.epochs * len(pictures) / BATCH))
    optimiser = torch.optim.SGD(
        trained, lr=schedule.rate, momentum=0.9, nesterov=True, weight_decay=schedule.decay
    )
    course = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=schedule.rate, total_steps=steps, pct_start=0.2
    )
    net.train()
    for module in frozen or ():
        module.eval()
    order: list[int] = []
    losses: list[float] = []
    every = max(1, len(pictures) // BATCH)
    for _ in range(steps):
        if len(order) < BATCH:
            order = rng.permutation(len(pictures)).tolist()
        rows = np.array(order[:BATCH])
        del order[:BATCH]
        optimiser.zero_grad(set_to_none=True)
        value = loss(net, feed(pictures[rows], rng), targets[rows])
        value.backward()
        nn.utils.clip_grad_norm_(trained, 5.0)
        optimiser.step()
        course.step()
        if after_step is not None:
            after_step()
        losses.append(float(value.detach()))
    net.eval()
    return [float(np.mean(losses[at : at + every])) for at in range(0, len(losses), every)]


def classify(net: nn.Module, pictures: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Cross-entropy with the true classes."""
    return nn.functional.cross_entropy(net(pictures), classes)


def _augmented(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Flip half of them; shift the whole batch alike, which is cheap and does as well."""
    flipped = torch.from_numpy(rng.integers(2, size=len(pictures)) == 1)
    pictures = torch.where(flipped[:, None, None, None], pictures.flip(3), pictures)
    down, right = rng.integers(-_SHIFT, _SHIFT + 1, 2)
    height, width = pictures.shape[2:]
    padded = nn.functional.pad(pictures, (_SHIFT,) * 4, mode="reflect")
    top, left = _SHIFT + int(down), _SHIFT + int(right)
    cut = padded[:, :, top : top + height, left : left + width]
    return cut.contiguous(memory_format=torch.channels_last)

"""Training a convolutional classifier and writing it as ONNX."""

import warnings
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from modelkin.bench.dataless.image_set import SIZE
from modelkin.bench.dataless.member import Member
from modelkin.bench.dataless.training.nets import SmallNet, make_net
from modelkin.records import IntArray

_BATCH = 64
_EPOCHS = 4.0
_FEWEST = 8
_SHIFT = 2
_OPSET = 17


def train(
    member: Member, pictures: NDArray[np.uint8], labels: IntArray, *, shorten: float
) -> tuple[SmallNet, list[float]]:
    """Train a net from a random start.

    Args:
        member: whose architecture, recipe and seed are used.
        pictures: (n, 28, 28, 1).
        labels: (n,).
        shorten: factor on the training length.

    Returns:
        The net, and its mean loss in each fifth of the training.
    """
    torch.manual_seed(member.seed)
    net = make_net(member.arch)
    rng = np.random.default_rng(member.seed)
    steps = max(_FEWEST, round(_EPOCHS * shorten * len(pictures) / _BATCH))
    shifts = member.recipe == "sgd-shifts"
    optimiser: torch.optim.Optimizer
    if shifts:
        optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    else:
        optimiser = torch.optim.Adam(net.parameters(), lr=2e-3)
    course = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: 1 - step / (steps + 1))
    net.train()
    order: list[int] = []
    losses: list[float] = []
    for _ in range(steps):
        if len(order) < _BATCH:
            order = rng.permutation(len(pictures)).tolist()
        rows = np.array(order[:_BATCH])
        del order[:_BATCH]
        batch = pictures[rows]
        if shifts:
            batch = _shifted(batch, rng)
        loss = nn.functional.cross_entropy(net(_tensor(batch)), torch.from_numpy(labels[rows]))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        course.step()
        losses.append(float(loss.detach()))
    net.eval()
    return net, [float(np.mean(part)) for part in np.array_split(losses, 5)]


def export(net: nn.Module, path: Path, *, latent: int | None = None) -> None:
    """Write a net as ONNX; the file appears only when complete.

    Args:
        net: pictures to scores, or latents to pictures.
        path: of the file.
        latent: width of the latents, where it takes those.
    """
    part = path.with_suffix(".part")
    taken, given = ("image", "logits") if latent is None else ("latent", "image")
    example = torch.zeros(1, 1, SIZE, SIZE) if latent is None else torch.zeros(1, latent)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older exporter is called old on every file
        torch.onnx.export(
            net,
            (example,),
            str(part),
            dynamo=False,  # the older exporter is twenty times faster
            input_names=[taken],
            output_names=[given],
            dynamic_axes={taken: {0: "n"}, given: {0: "n"}},
            opset_version=_OPSET,
        )
    part.replace(path)


def _tensor(pictures: NDArray[np.uint8]) -> torch.Tensor:
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(255)


def _shifted(pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Shift the whole batch alike, which is cheap; the edge is repeated."""
    down, right = rng.integers(-_SHIFT, _SHIFT + 1, 2)
    padded = np.pad(pictures, ((0, 0), (_SHIFT,) * 2, (_SHIFT,) * 2, (0, 0)), "edge")
    top, left = _SHIFT + int(down), _SHIFT + int(right)
    return np.ascontiguousarray(padded[:, top : top + SIZE, left : left + SIZE])

"""Putting a head on a backbone, as Teachable Machine does: a hidden layer, many passes."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from modelkin.bench.heads.head import Tuning
from modelkin.making.training.fitting import to_tensor
from modelkin.making.training.nets import SlimNet
from modelkin.records import IntArray

_HIDDEN = 100
_BATCH = 32
_PASSES, _RATE = 60, 1e-2
_TUNED_PASSES = 10
_TUNED_RATES = {Tuning.LAST: 3e-4, Tuning.WHOLE: 1e-4}


class OwnHead(nn.Module):
    """A backbone's mean features under two dense layers; probabilities out.

    Args:
        backbone: pretrained; its own head is not used.
        classes: outputs.
    """

    def __init__(self, backbone: SlimNet, classes: int) -> None:
        super().__init__()
        self.backbone = backbone
        self.hidden = nn.Linear(backbone.head.in_features, _HIDDEN)
        self.out = nn.Linear(_HIDDEN, classes, bias=False)

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, width) means of the last stage."""
        return self.backbone.features(pictures)[-1].mean((2, 3))

    def judge(self, features: torch.Tensor) -> torch.Tensor:
        """(n, classes) logits of features."""
        return self.out(torch.relu(self.hidden(features)))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """(n, 3, h, w) to (n, classes)."""
        return self.judge(self.features(pictures)).softmax(1)


@dataclass(frozen=True, kw_only=True)
class Taught:
    """A trained model and how it went.

    Attributes:
        net: in evaluation mode.
        right: share of the training pictures that it gets right.
        sure: share of them that it gives a probability above .99.
        drift: how far the features of its training pictures moved, over their spread.
    """

    net: OwnHead
    right: float
    sure: float
    drift: float


def teach(
    backbone: SlimNet,
    pictures: NDArray[np.uint8],
    classes: IntArray,
    tuning: Tuning,
    *,
    seed: int,
    shorten: float = 1.0,
) -> Taught:
    """Train a head on frozen features, then tune as much of the backbone as is wanted.

    Statistics of normalisations stay as they are, which is how few pictures are tuned on.

    Args:
        backbone: pretrained; stays as it is.
        pictures: (n, h, w, 3).
        classes: (n,).
        tuning: what else than the head may move.
        seed: of weights and order.
        shorten: factor on the number of passes.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = OwnHead(copy.deepcopy(backbone), int(classes.max()) + 1).eval()
    reals, wanted = to_tensor(pictures).contiguous(), torch.from_numpy(classes)
    with torch.no_grad():
        before = net.features(reals)
    rng = np.random.default_rng(seed)
    heads = [*net.hidden.parameters(), *net.out.parameters()]
    _descend(net.judge, heads, before, wanted, _RATE, round(_PASSES * shorten), rng)
    if tuning.tuned:
        part = net.backbone.stages[-1] if tuning is Tuning.LAST else net.backbone
        moved = [weight for weight in part.parameters() if weight is not net.backbone.head.weight]

        def whole(asked: torch.Tensor) -> torch.Tensor:
            return net.judge(net.features(asked))

        rate, passes = _TUNED_RATES[tuning], round(_TUNED_PASSES * shorten)
        _descend(whole, [*heads, *moved], reals, wanted, rate, passes, rng)
    with torch.no_grad():
        after = net.features(reals)
        told = net.judge(after).softmax(1)
    spread = (before - before.mean(0)).norm()
    return Taught(
        net=net,
        right=float((told.argmax(1) == wanted).float().mean()),
        sure=float((told.max(1).values > 0.99).float().mean()),  # noqa: PLR2004 (see Taught)
        drift=float((after - before).norm() / spread),
    )


def _descend(
    judge: Callable[[torch.Tensor], torch.Tensor],
    weights: list[nn.Parameter],
    inputs: torch.Tensor,
    wanted: torch.Tensor,
    rate: float,
    passes: int,
    rng: np.random.Generator,
) -> None:
    optimiser = torch.optim.Adam(weights, lr=rate)
    for _ in range(max(1, passes)):
        order = torch.from_numpy(rng.permutation(len(inputs)))
        for rows in order.split(_BATCH):
            optimiser.zero_grad(set_to_none=True)
            loss = nn.functional.cross_entropy(judge(inputs[rows]), wanted[rows])
            loss.backward()
            optimiser.step()

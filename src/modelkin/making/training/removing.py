"""An evader who knows the protocol: trains a copy away from the source's known answers."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from modelkin.making.training.fitting import to_tensor, varied
from modelkin.making.training.reference import logits
from modelkin.records import IntArray

_BATCH = 64
_RATE = 0.01
_PULL = 1.0


@dataclass(frozen=True, kw_only=True)
class Removal:
    """What an evader is ready to pay.

    Attributes:
        most_lost: accuracy given up at most, as a share.
        passes: over the data.
        seed: of the order.
    """

    most_lost: float = 0.03
    passes: int = 6
    seed: int = 0


def remove(
    net: nn.Module,
    data: tuple[NDArray[np.uint8], IntArray],
    known: NDArray[np.uint8],
    accuracy: Callable[[nn.Module], float],
    removal: Removal,
) -> tuple[nn.Module, float, float]:
    """Fine-tune a copy so that its answers to the known queries correlate least with the source's.

    After RemovalNet (Yao et al., 2023), against the statistic that decides here: the correlation
    of centred log-probabilities on the known queries is part of the loss, next to the task's own.
    After each pass the copy is kept if it lost no more accuracy than allowed and is less like the
    source than the one kept before.

    Args:
        net: the source's weights; left as they are.
        data: (n, h, w, 3) pictures and (n,) classes that the evader has.
        known: (m, h, w, 3) the queries that it expects.
        accuracy: of a net, on pictures kept aside.
        removal: what the evader pays.

    Returns:
        The kept copy, its accuracy, and its correlation with the source on the known queries.
    """
    torch.set_num_threads(1)
    rng = np.random.default_rng(removal.seed)
    source, net = net.eval(), copy.deepcopy(net)
    before = torch.from_numpy(_centred(logits(source, known))).float()
    pictures, classes = data
    start = accuracy(source)
    kept, kept_accuracy, kept_alike = copy.deepcopy(source), start, 1.0
    optimiser = torch.optim.SGD(net.parameters(), lr=_RATE, momentum=0.9, weight_decay=5e-4)
    for _ in range(removal.passes):
        net.train()
        order = rng.permutation(len(pictures))
        for place in range(0, len(order) - _BATCH + 1, _BATCH):
            rows = np.sort(order[place : place + _BATCH])
            asked = rng.choice(len(known), _BATCH, replace=False)
            both = torch.cat([varied(pictures[rows], rng), to_tensor(known[asked])])
            told = net(both)
            right = nn.functional.cross_entropy(told[: len(rows)], torch.from_numpy(classes[rows]))
            loss = right + _PULL * _alike(told[len(rows) :], before[asked])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
        net.eval()
        now = accuracy(net)
        alike = float(
            np.corrcoef(_centred(logits(net, known)).ravel(), before.numpy().ravel())[0, 1]
        )
        if now >= start - removal.most_lost and alike < kept_alike:
            kept, kept_accuracy, kept_alike = copy.deepcopy(net), now, alike
    return kept.eval(), kept_accuracy, kept_alike


def _alike(told: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """Correlation of the centred answers, over all entries of the batch."""
    centred = told - told.mean(1, keepdim=True)
    return nn.functional.cosine_similarity(centred.flatten(), before.flatten(), dim=0)


def _centred(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(scores - scores.mean(axis=1, keepdims=True))

"""How each sort of model is made from its parent; one function a sort."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.image_set import ImageSet
from modelkin.making.training.fitting import Loss, Schedule, classify, fit
from modelkin.making.training.nets import SlimNet, layers, make_net

_FEATURE_WEIGHT = 5.0
_AVERSION = 0.5
_CHAIN_PRUNED = 50

SCHEDULES: Mapping[How, Schedule] = {
    How.PRETRAINED: Schedule(epochs=14, rate=0.1),
    How.RETRAINED: Schedule(epochs=24, rate=0.1),
    How.TRANSFERRED: Schedule(epochs=10, rate=0.05),
    How.PRUNED: Schedule(epochs=4, rate=0.02),
    How.CHAIN: Schedule(epochs=4, rate=0.02),
    How.DISTILLED: Schedule(epochs=16, rate=0.1),
    How.STOLEN: Schedule(epochs=16, rate=0.1),
    How.LABEL_STOLEN: Schedule(epochs=16, rate=0.1),
    How.SYNTHETIC_STOLEN: Schedule(epochs=10, rate=0.1),
    How.FINETUNED: Schedule(epochs=6, rate=0.02),
    How.AVERTED: Schedule(epochs=6, rate=0.02),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Workshop:
    """What a recipe works with.

    Attributes:
        data: the image set of the entry's task.
        parent: the trained parent, or None for those from scratch.
        synthetic: pictures for a thief who has no data.
        shorten: factor on all training lengths, for a quick zoo.
        losses: filled with the mean loss of every pass.
    """

    data: ImageSet
    parent: SlimNet | None
    synthetic: Callable[[], NDArray[np.uint8]]
    shorten: float = 1.0
    losses: list[float] = field(default_factory=list)

    def schedule(self, how: How) -> Schedule:
        """Length and rate for one sort of model."""
        full = SCHEDULES[how]
        return Schedule(epochs=full.epochs * self.shorten, rate=full.rate, decay=full.decay)

    @property
    def teacher(self) -> SlimNet:
        """The parent."""
        if self.parent is None:
            raise ValueError("this sort of model needs a parent")
        return self.parent


def make(entry: Entry, shop: Workshop) -> SlimNet:
    """Train the model of an entry; quantized ones keep their parent's weights."""
    torch.manual_seed(entry.seed % 2**63)
    return _RECIPES[entry.how](entry, shop)


def _from_scratch(entry: Entry, shop: Workshop) -> SlimNet:
    net = _fresh(entry.arch, shop.data.classes)
    return _taught(net, entry, shop)


def _transferred(entry: Entry, shop: Workshop) -> SlimNet:
    """Keep the teacher's own weights, give it a new head, tune the last share of its layers."""
    net = copy.deepcopy(shop.teacher)
    net.head = nn.Linear(net.head.in_features, shop.data.classes)
    stack = layers(net)
    tuned = max(1, round(len(stack) * int(entry.variant) / 100))
    for weight in net.parameters():
        weight.requires_grad = False
    kept = {id(layer) for layer in stack[:-tuned]}
    frozen: list[nn.Module] = []
    norm_follows = False
    for module in net.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            norm_follows = id(module) in kept
        if isinstance(module, nn.BatchNorm2d) and norm_follows:
            frozen.append(module)
        elif isinstance(module, (nn.Conv2d, nn.Linear, nn.BatchNorm2d)) and not norm_follows:
            for weight in module.parameters():
                weight.requires_grad = True
    net = _taught(net, entry, shop, frozen=frozen)
    for weight in net.parameters():
        weight.requires_grad = True
    return net


def _pruned(entry: Entry, shop: Workshop) -> SlimNet:
    share = _CHAIN_PRUNED if entry.how is How.CHAIN else int(entry.variant)
    net = copy.deepcopy(shop.teacher)
    weights = [layer.weight for layer in layers(net)[:-1]]
    sizes = torch.cat([weight.detach().abs().flatten() for weight in weights])
    threshold = torch.quantile(sizes, share / 100)
    masks = [(weight.detach().abs() > threshold).float() for weight in weights]

    def hold() -> None:
        with torch.no_grad():
            for weight, mask in zip(weights, masks, strict=True):
                weight.mul_(mask)

    hold()
    return _taught(net, entry, shop, after_step=hold)


def _distilled(entry: Entry, shop: Workshop) -> SlimNet:
    """True classes, and the teacher's features after each stage, from a random start."""
    teacher, net = shop.teacher, _fresh(entry.arch, shop.data.classes)

    def loss(student: nn.Module, pictures: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            wanted = teacher.features(pictures)
        found = student.features(pictures)
        apart = sum(nn.functional.mse_loss(a, b) for a, b in zip(found, wanted, strict=True))
        logits = student.head(found[-1].mean((2, 3)))
        return nn.functional.cross_entropy(logits, classes) + _FEATURE_WEIGHT * apart

    return _taught(net, entry, shop, loss=loss)


def _stolen(entry: Entry, shop: Workshop) -> SlimNet:
    """Train on the teacher's probabilities, from a random start (Jagielski et al., 2020)."""
    pictures, _ = shop.data.half(entry.half)
    return _from_answers(entry, shop, pictures, labels_only=False)


def _label_stolen(entry: Entry, shop: Workshop) -> SlimNet:
    """The thief has pictures of its own and sees labels only."""
    pictures, _ = shop.data.half(_other(entry.half))
    return _from_answers(entry, shop, pictures, labels_only=True)


def _synthetic_stolen(entry: Entry, shop: Workshop) -> SlimNet:
    return _from_answers(entry, shop, shop.synthetic(), labels_only=False)


def _from_answers(
    entry: Entry, shop: Workshop, pictures: NDArray[np.uint8], *, labels_only: bool
) -> SlimNet:
    teacher, net = shop.teacher, _fresh(entry.arch, shop.data.classes)

    def loss(student: nn.Module, asked: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            answers = teacher(asked)
        told = student(asked)
        if labels_only:
            return nn.functional.cross_entropy(told, answers.argmax(1))
        return nn.functional.kl_div(
            told.log_softmax(1), answers.log_softmax(1), log_target=True, reduction="batchmean"
        )

    nothing = torch.zeros(len(pictures), dtype=torch.long)
    shop.losses.extend(fit(net, pictures, nothing, loss, shop.schedule(entry.how), seed=entry.seed))
    return net


def _finetuned(entry: Entry, shop: Workshop) -> SlimNet:
    """All layers, on the half of the data that the parent never saw."""
    net = copy.deepcopy(shop.teacher)
    return _taught(net, entry, shop, half=_other(entry.half))


def _averted(entry: Entry, shop: Workshop) -> SlimNet:
    """Keep the accuracy, but push the answers to other classes away from the source's.

    An evader who knows that answers are compared: on pictures and on noise, the correlation of
    the centred log-probabilities with the source's is part of the loss.
    """
    teacher, net = shop.teacher, copy.deepcopy(shop.teacher)

    def loss(student: nn.Module, pictures: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        noise = torch.rand_like(pictures[: len(pictures) // 2]) * 0.5 + 0.25
        asked = torch.cat([pictures, noise])
        with torch.no_grad():
            before = _centred(teacher(asked))
        told = student(asked)
        alike = (before * _centred(told)).sum(1).mean()
        right = nn.functional.cross_entropy(told[: len(pictures)], classes)
        return right + _AVERSION * alike

    return _taught(net, entry, shop, loss=loss)


def _unchanged(entry: Entry, shop: Workshop) -> SlimNet:
    """Quantization happens in the export."""
    del entry
    return shop.teacher


def _taught(
    net: SlimNet,
    entry: Entry,
    shop: Workshop,
    *,
    loss: Loss = classify,
    half: str = "",
    after_step: Callable[[], None] | None = None,
    frozen: list[nn.Module] | None = None,
) -> SlimNet:
    """Train on labelled pictures, those of the entry's own half unless another is named."""
    pictures, classes = shop.data.half(half or entry.half)
    shop.losses.extend(
        fit(
            net,
            pictures,
            torch.from_numpy(classes),
            loss,
            shop.schedule(entry.how),
            seed=entry.seed,
            after_step=after_step,
            frozen=frozen,
        )
    )
    return net


def _other(half: str) -> str:
    return "b" if half == "a" else "a"


def _fresh(arch: str, classes: int) -> SlimNet:
    net = make_net(arch, classes)
    net.to(memory_format=torch.channels_last)  # in place, and faster
    return net


def _centred(logits: torch.Tensor) -> torch.Tensor:
    centred = logits - logits.mean(1, keepdim=True)
    return nn.functional.normalize(centred, dim=1)


_RECIPES: Mapping[How, Callable[[Entry, Workshop], SlimNet]] = {
    How.PRETRAINED: _from_scratch,
    How.RETRAINED: _from_scratch,
    How.TRANSFERRED: _transferred,
    How.QUANTIZED: _unchanged,
    How.PRUNED: _pruned,
    How.DISTILLED: _distilled,
    How.STOLEN: _stolen,
    How.LABEL_STOLEN: _label_stolen,
    How.SYNTHETIC_STOLEN: _synthetic_stolen,
    How.CHAIN: _pruned,
    How.FINETUNED: _finetuned,
    How.AVERTED: _averted,
}

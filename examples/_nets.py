"""Small image classifiers, their training loop and their export to ONNX.

Used by ``train_models.py`` only. Every network takes ``N x 1 x 28 x 28`` and
gives ten logits, and has between about 5,000 and 20,000 parameters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

CLASSES = 10
OPSET = 17


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        epochs: Passes over the training images.
        lr: Peak learning rate of the one-cycle schedule.
        batch: Images a step.
        decay: Weight decay of AdamW.
        smoothing: Label smoothing.
        flip: Mirror half of the images at random.
        temperature: Divides the logits in the loss (for distillation).
    """

    epochs: int = 14
    lr: float = 4e-3
    batch: int = 100
    decay: float = 1e-2
    smoothing: float = 0.0
    flip: bool = False
    temperature: float = 1.0


class Residual(nn.Module):
    """Two 3x3 convolutions with batch normalisation and a skip connection."""

    def __init__(self, width: int) -> None:
        """Build the block.

        Args:
            width: Channels in and out.
        """
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return ``relu(x + body(x))``."""
        return functional.relu(x + self.body(x))


class Packaged(nn.Module):
    """A network with the input layout and the output its ONNX file offers."""

    def __init__(self, net: nn.Module, layout: str, output: str) -> None:
        """Wrap a network.

        Args:
            net: Takes NCHW, gives logits.
            layout: ``NCHW`` or ``NHWC``.
            output: ``logits`` or ``probabilities``.
        """
        super().__init__()
        self.net, self.layout, self.output = net, layout, output

    def forward(self, image: Tensor) -> Tensor:
        """Return the logits or probabilities of a batch."""
        if self.layout == "NHWC":
            image = image.permute(0, 3, 1, 2)
        logits: Tensor = self.net(image)
        return logits.softmax(1) if self.output == "probabilities" else logits


def _cnn(act: Callable[[], nn.Module], pool: Callable[[int], nn.Module]) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 12, 3, padding=1),
        act(),
        pool(2),
        nn.Conv2d(12, 24, 3, padding=1),
        act(),
        pool(2),
        nn.Conv2d(24, 32, 3, stride=2, padding=1),
        act(),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, CLASSES),
    )


def _cnn5() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 10, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Conv2d(10, 20, 5, stride=2, padding=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(20 * 7 * 7, CLASSES),
    )


def _allconv() -> nn.Module:
    layers: list[nn.Module] = []
    for before, after, stride in ((1, 12, 2), (12, 24, 2), (24, 32, 1), (32, 16, 1)):
        layers += [
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        ]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, CLASSES)]
    return nn.Sequential(*layers, *head)


def _depthwise() -> nn.Module:
    layers: list[nn.Module] = [nn.Conv2d(1, 16, 3, 2, 1), nn.ReLU()]
    for before, after, stride in ((16, 32, 2), (32, 48, 1), (48, 64, 2)):
        layers += [
            nn.Conv2d(before, before, 3, stride, 1, groups=before, bias=False),
            nn.BatchNorm2d(before),
            nn.ReLU(),
            nn.Conv2d(before, after, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 4 * 4, CLASSES))


def _residual() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 2, 1),
        nn.ReLU(),
        Residual(16),
        nn.MaxPool2d(2),
        Residual(16),
        nn.AvgPool2d(2, ceil_mode=True),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, CLASSES),
    )


def _mlp(act: Callable[[], nn.Module], *widths: int) -> nn.Module:
    layers: list[nn.Module] = [nn.AvgPool2d(2), nn.Flatten()]
    for before, after in zip((196, *widths), widths, strict=False):
        layers += [nn.Linear(before, after), act()]
    return nn.Sequential(*layers, nn.Linear(widths[-1], CLASSES))


ARCHITECTURES: dict[str, Callable[[], nn.Module]] = {
    "cnn": lambda: _cnn(nn.ReLU, nn.MaxPool2d),
    "cnn-silu": lambda: _cnn(nn.SiLU, nn.AvgPool2d),
    "cnn5": _cnn5,
    "allconv": _allconv,
    "depthwise": _depthwise,
    "residual": _residual,
    "mlp": lambda: _mlp(nn.ReLU, 64, 32),
    "mlp-gelu": lambda: _mlp(nn.GELU, 48, 48, 48),
}


def build(architecture: str, seed: int) -> nn.Module:
    """Return a freshly initialised network.

    Args:
        architecture: A key of ``ARCHITECTURES``.
        seed: Seeds the initial weights.
    """
    torch.manual_seed(seed)
    return ARCHITECTURES[architecture]()


def fit(
    net: nn.Module,
    images: Tensor,
    targets: Tensor,
    recipe: Recipe,
    seed: int,
    masks: dict[str, Tensor] | None = None,
) -> None:
    """Train a network in place, then put it in evaluation mode.

    Args:
        net: The network.
        images: ``N x 1 x H x W``, in the convention of the network.
        targets: ``N`` class numbers, or ``N x 10`` probabilities.
        recipe: How to train.
        seed: Seeds the order of the images and the mirroring.
        masks: For pruned networks: parameter name to 0/1 mask, kept at zero.
    """
    random = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(net.parameters(), recipe.lr, weight_decay=recipe.decay)
    steps = recipe.epochs * -(-len(images) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.lr, steps)
    net.train()
    for _ in range(recipe.epochs):
        for pick in torch.randperm(len(images), generator=random).split(recipe.batch):
            batch = images[pick]
            if recipe.flip:
                mirror = torch.rand(len(pick), generator=random) < 0.5
                batch = torch.where(mirror[:, None, None, None], batch.flip(3), batch)
            logits = net(batch) / recipe.temperature
            loss = functional.cross_entropy(logits, targets[pick], label_smoothing=recipe.smoothing)
            optimiser.zero_grad()
            (loss * recipe.temperature**2).backward()
            optimiser.step()
            schedule.step()
            apply_masks(net, masks or {})
    net.eval()


def magnitude_masks(net: nn.Module, share: float) -> dict[str, Tensor]:
    """Return masks that drop the smallest weights, over all layers together.

    Args:
        net: The network; its biases are left alone.
        share: Which share of the weights to drop.
    """
    weights = {n: p.detach() for n, p in net.named_parameters() if p.dim() > 1}
    every = torch.cat([w.abs().flatten() for w in weights.values()])
    limit = every.kthvalue(int(share * len(every))).values
    return {name: (w.abs() > limit).float() for name, w in weights.items()}


def apply_masks(net: nn.Module, masks: dict[str, Tensor]) -> None:
    """Multiply the named parameters by their masks, in place."""
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name in masks:
                parameter.mul_(masks[name])


def export(net: nn.Module, path: Path, layout: str = "NCHW", output: str = "logits") -> None:
    """Write a network as one ONNX file: dynamic batch, weights inside.

    Args:
        net: Takes NCHW, gives logits.
        path: Where to write.
        layout: Layout of the file's input.
        output: What the file gives, also the name of its output.
    """
    shape = (1, 28, 28, 1) if layout == "NHWC" else (1, 1, 28, 28)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            Packaged(net, layout, output).eval(),
            (torch.zeros(shape),),
            str(path),
            input_names=["image"],
            output_names=[output],
            dynamic_axes={"image": {0: "batch"}, output: {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
    strip(path)


def strip(path: Path) -> None:
    """Drop doc strings, metadata and intermediate shapes, and check the file."""
    model = onnx.load(path)
    model.doc_string = ""
    model.graph.doc_string = ""
    del model.metadata_props[:]
    del model.graph.value_info[:]
    for node in model.graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def restore(architecture: str, path: Path) -> nn.Module:
    """Return the network stored in an ONNX file written by ``export``.

    Only for architectures without batch normalisation, because the export
    folds that into the convolutions.

    Args:
        architecture: A key of ``ARCHITECTURES``.
        path: The ONNX file.
    """
    net = build(architecture, 0)
    stored: dict[str, NDArray[np.float32]] = {
        tensor.name.removeprefix("net."): numpy_helper.to_array(tensor)
        for tensor in onnx.load(path).graph.initializer
    }
    net.load_state_dict({k: torch.from_numpy(stored[k].copy()) for k in net.state_dict()})
    return net.eval()

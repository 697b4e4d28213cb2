"""One small network, trained on clothes, and what becomes of it: copies, and an honest retrain."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

STEPS, BATCH = 500, 64
VARIANTS = ("source", "half", "pruned", "tuned", "retrained")


def network() -> nn.Sequential:
    """Kernels whose axes are of equal sizes, by depth, behind batch norm, and plain layers."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Conv2d(16, 32, 1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Conv2d(32, 32, 3, stride=2, padding=1, bias=False),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.Conv2d(32, 48, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(48, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    ).eval()


def train(model: nn.Sequential, seed: int, steps: int, rate: float, half: int) -> nn.Sequential:
    """Train on one half of the pictures; nobody's half but the source's is the source's."""
    if "MODELKIN_DATA" not in os.environ:
        raise SystemExit("set MODELKIN_DATA to the folder that holds fashion_mnist_28.npz")
    held = np.load(Path(os.environ["MODELKIN_DATA"]) / "fashion_mnist_28.npz")
    pictures, labels = held["x_train"][half::2], held["y_train"][half::2]
    pictures = torch.tensor(pictures.reshape(-1, 1, 28, 28), dtype=torch.float32) / 255
    wanted = torch.tensor(labels.reshape(-1).astype(np.int64))
    rng = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    model.train()
    for _ in range(steps):
        rows = torch.randint(len(pictures), (BATCH,), generator=rng)
        loss = nn.functional.cross_entropy(model(pictures[rows]), wanted[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


def variants() -> Iterator[tuple[str, nn.Sequential]]:
    """The source; itself again in half precision, pruned by half, and tuned; an honest retrain."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    source = train(network(), 0, STEPS, 2e-3, 0)
    yield "source", source
    yield "half", _changed(source, lambda weight: weight.half().float())
    yield "pruned", _changed(source, _pruned)
    tuned = network()
    tuned.load_state_dict(source.state_dict())
    yield "tuned", train(tuned, 1, STEPS // 5, 2e-4, 1)
    torch.manual_seed(7)
    yield "retrained", train(network(), 7, STEPS, 2e-3, 1)


def _changed(source: nn.Sequential, change: object) -> nn.Sequential:
    copy = network()
    copy.load_state_dict(source.state_dict())
    with torch.no_grad():
        for layer in copy:
            if isinstance(layer, nn.Conv2d | nn.Linear):
                layer.weight.copy_(change(layer.weight))  # type: ignore[operator]
    return copy


def _pruned(weight: torch.Tensor) -> torch.Tensor:
    return torch.where(weight.abs() >= weight.abs().median(), weight, torch.zeros(()))


def fused(model: nn.Sequential) -> list[nn.Module]:
    """The layers, batch norms within those before them."""
    found: list[nn.Module] = []
    for layer in model:
        if isinstance(layer, nn.BatchNorm2d):
            found[-1] = torch.nn.utils.fusion.fuse_conv_bn_eval(found[-1], layer)
        else:
            found.append(layer)
    return found


def folded(model: nn.Sequential) -> dict[str, np.ndarray]:
    """Weights as converters write them: batch norms within the layers before them."""
    return {
        f"{place}.weight": layer.weight.detach().numpy()
        for place, layer in enumerate(fused(model))
        if isinstance(layer, nn.Conv2d | nn.Linear)
    }


def plain(model: nn.Sequential) -> dict[str, np.ndarray]:
    """The same as they are trained."""
    held = (nn.Conv2d, nn.Linear)
    return {
        f"{place}.weight": layer.weight.detach().numpy()
        for place, layer in enumerate(model)
        if isinstance(layer, held)
    }

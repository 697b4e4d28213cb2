"""Small torch modules, and the ways to save them; every function needs the extra."""

from pathlib import Path
from typing import Any


def convolutional(seed: int = 0, *, channels: int = 1, classes: int = 10) -> Any:  # noqa: ANN401
    """A convolutional net for pictures of any size of at least 8."""
    import torch
    from torch import nn

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = nn.Sequential(
            nn.Conv2d(channels, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4),
            nn.Flatten(),
            nn.Linear(128, classes),
        )
        with torch.no_grad():  # statistics as after training, and answers that vary
            net[1].running_mean.normal_(0, 0.1)
            net[1].running_var.uniform_(0.05, 0.2)
            net[5].weight.mul_(4)
            net.eval()
            blurred = nn.functional.interpolate(torch.rand(64, channels, 5, 5), size=(28, 28))
            net[5].bias.sub_(net(blurred).mean(dim=0))  # so that several classes are predicted
    return net.eval()


def rows(seed: int = 1) -> Any:  # noqa: ANN401
    """Probabilities of three classes from four columns."""
    import torch
    from torch import nn

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1)).eval()


def make() -> Any:  # noqa: ANN401
    """The factory of tests: convolutional, untrained."""
    return convolutional(9)


def make_rows() -> Any:  # noqa: ANN401
    """The factory of rows."""
    return rows(9)


def script(net: Any, path: Path) -> str:  # noqa: ANN401
    import torch

    torch.jit.save(torch.jit.script(net), str(path))
    return str(path)


def trace(net: Any, path: Path, *shape: int) -> str:  # noqa: ANN401
    import torch

    torch.jit.save(torch.jit.trace(net, torch.zeros(shape)), str(path))
    return str(path)


def export(net: Any, path: Path, *shape: int, free: bool = True) -> str:  # noqa: ANN401
    import torch

    sizes = {0: torch.export.Dim("batch")} if free else None
    program = torch.export.export(
        net, (torch.zeros(2 if free else 1, *shape),), dynamic_shapes=(sizes,)
    )
    torch.export.save(program, path)
    return str(path)


def weights(net: Any, path: Path) -> str:  # noqa: ANN401
    import safetensors.torch

    safetensors.torch.save_file(net.state_dict(), path)
    return str(path)

"""A student that learns a source from its answers to synthetic inputs alone."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from modelkin.making.training.builds import architectures, build_net
from modelkin.making.training.exporting import write_onnx
from modelkin.making.training.fitting import Schedule, as_they_are, fit, to_tensor
from modelkin.records import AnyArray, FloatArray

_STEPS_OF = 64
_STEPS = 600
_RATE, _ROW_RATE = 0.05, 0.02


def distil(inputs: AnyArray, targets: FloatArray, path: Path, *, seed: int) -> str:
    """Train a small net of our own on the source's probabilities.

    Args:
        inputs: (n, *shape) canonical pictures or rows.
        targets: (n, classes) probabilities of the source.
        path: the ONNX file.
        seed: of weights and order.

    Returns:
        Name of the student's architecture.
    """
    torch.set_num_threads(1)
    shape = tuple(inputs.shape[1:])
    arch = architectures(shape)[0]
    net = build_net(arch, targets.shape[1], shape, seed)
    pictures = len(shape) > 1

    def loss(student: nn.Module, asked: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        told = student(asked).log_softmax(1)
        return nn.functional.kl_div(told, wanted, reduction="batchmean")

    fit(
        net,
        inputs,
        torch.from_numpy(targets).float(),
        loss,
        Schedule(epochs=_STEPS * _STEPS_OF / len(inputs), rate=_RATE if pictures else _ROW_RATE),
        seed=seed,
        # what is learnt is the answer to these very pictures, so they are not shifted
        feed=_plain if pictures else as_they_are,
    )
    write_onnx(net, path, shape)
    return arch


def _plain(pictures: AnyArray, rng: np.random.Generator) -> torch.Tensor:
    del rng
    return to_tensor(pictures.astype(np.uint8))

"""A zoo's model as the source that crafters question, gradients included."""

from pathlib import Path

import numpy as np
import torch

from modelkin.bench.asking import Session
from modelkin.making.training.nets import SlimNet
from modelkin.records import AnyArray, FloatArray, IntArray


class TorchOracle:
    """Counts what it is asked; a gradient counts as one a query.

    Args:
        net: trained, in evaluation mode; gives the gradients.
        exported: the same as ONNX, which answers several times faster.
    """

    differentiable = True

    def __init__(self, net: SlimNet, exported: Path) -> None:
        self._net, self._session = net, Session(exported)
        self.asked = 0

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        """(n, k) for (n, h, w, 3) bytes."""
        self.asked += len(queries)
        logits = self._session.answer(queries.astype(np.uint8, casting="same_kind"))
        shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
        return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))

    def labels(self, queries: AnyArray) -> IntArray:
        """(n,) predicted classes."""
        return np.asarray(self.log_probabilities(queries).argmax(axis=1), dtype=np.int64)

    def gradient(self, queries: FloatArray, weights: FloatArray) -> FloatArray:
        """(n, h, w, 3) slope of the weighted log-probabilities, queries in [0, 1]."""
        self.asked += len(queries)
        reals = torch.from_numpy(queries.astype(np.float32)).requires_grad_()
        pulled = (self._forward(reals) * torch.from_numpy(weights.astype(np.float32))).sum()
        (slope,) = torch.autograd.grad(pulled, reals)
        found: FloatArray = slope.double().numpy()
        return found

    def _forward(self, reals: torch.Tensor) -> torch.Tensor:
        return self._net(reals.permute(0, 3, 1, 2)).log_softmax(1)

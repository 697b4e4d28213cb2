"""A network of MobileNetV2's size with random weights, to time asking at 224 x 224."""

from pathlib import Path
from typing import Any

import numpy as np

from modelkin.models.extras import require

_BLOCKS = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, repeats, stride: table 2 of Sandler et al., CVPR 2018."""


def write_mobilenet(path: Path, *, seed: int, classes: int = 1000) -> None:
    """Write the network as ONNX, input (n, 3, 224, 224), output class probabilities.

    Raises:
        MissingDependencyError: the extra ``bench`` is not installed.
    """
    onnx = require("onnx", "bench")
    graph = _Graph(onnx, np.random.default_rng(seed))
    name = graph.convolution("image", 3, 32, kernel=3, stride=2)
    width = 32
    for expansion, channels, repeats, stride in _BLOCKS:
        for repeat in range(repeats):
            step = stride if repeat == 0 else 1
            name = graph.block(name, width, channels, expansion=expansion, stride=step)
            width = channels
    name = graph.convolution(name, width, 1280, kernel=1, stride=1)
    model = graph.finish(name, 1280, classes)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(path))


class _Graph:
    """Collects nodes and weights."""

    def __init__(self, onnx: Any, rng: np.random.Generator) -> None:  # noqa: ANN401 (a module)
        self._onnx, self._rng = onnx, rng
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def convolution(
        self,
        given: str,
        inputs: int,
        outputs: int,
        *,
        kernel: int,
        stride: int,
        depthwise: bool = False,
        active: bool = True,
    ) -> str:
        fan_in = (1 if depthwise else inputs) * kernel**2
        shape = (outputs, 1 if depthwise else inputs, kernel, kernel)
        weights = self._weight(self._rng.normal(0, np.sqrt(2 / fan_in), shape))
        bias = self._weight(self._rng.normal(0, 0.1, outputs))
        name = self._add(
            "Conv",
            [given, weights, bias],
            strides=[stride, stride],
            pads=[kernel // 2] * 4,
            group=inputs if depthwise else 1,
        )
        if not active:
            return name
        return self._add("Clip", [name, self._weight(np.array(0.0)), self._weight(np.array(6.0))])

    def block(self, given: str, inputs: int, outputs: int, *, expansion: int, stride: int) -> str:
        wide = inputs * expansion
        name = given
        if expansion > 1:
            name = self.convolution(name, inputs, wide, kernel=1, stride=1)
        name = self.convolution(name, wide, wide, kernel=3, stride=stride, depthwise=True)
        name = self.convolution(name, wide, outputs, kernel=1, stride=1, active=False)
        residual = stride == 1 and inputs == outputs
        return self._add("Add", [given, name]) if residual else name

    def finish(self, given: str, width: int, classes: int) -> Any:  # noqa: ANN401 (an onnx model)
        helper = self._onnx.helper
        pooled = self._add("Flatten", [self._add("GlobalAveragePool", [given])])
        weights = self._weight(self._rng.normal(0, 0.05, (width, classes)))
        logits = self._add("Gemm", [pooled, weights, self._weight(np.zeros(classes))])
        self._nodes.append(helper.make_node("Softmax", [logits], ["probabilities"], axis=1))
        real = self._onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "mobilenet",
            [helper.make_tensor_value_info("image", real, ["n", 3, 224, 224])],
            [helper.make_tensor_value_info("probabilities", real, ["n", classes])],
            self._weights,
        )
        opsets = [helper.make_opsetid("", 17)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def _add(self, kind: str, inputs: list[str], **attributes: Any) -> str:  # noqa: ANN401
        name = f"t{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _weight(self, values: Any) -> str:  # noqa: ANN401 (array of any shape)
        name = f"w{len(self._weights)}"
        held = np.asarray(values, dtype=np.float32)
        self._weights.append(self._onnx.numpy_helper.from_array(held, name))
        return name

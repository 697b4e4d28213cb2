"""Write a small colour model and exports of it: sound ones and broken ones.

    python examples/make_exports.py FOLDER

Needs the packages onnx and onnxconverter-common. The weights are random, seeded: what is shown is
how exports differ from their original, not what a model has learnt.
"""

import argparse
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxconverter_common import float16
from onnxruntime.quantization import CalibrationDataReader, QuantType, quantize_static

_CLASSES = 8


def main() -> None:
    """Write original.onnx and its exports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(network(), folder / "original.onnx")
    onnx.save(float16.convert_float_to_float16(network()), folder / "fp16.onnx")
    quantize_static(
        str(folder / "original.onnx"),
        str(folder / "int8.onnx"),
        _Noise(),
        weight_type=QuantType.QInt8,
    )
    onnx.save(network(softmax=False), folder / "no-softmax.onnx")
    onnx.save(network(before="bgr"), folder / "channels.onnx")
    onnx.save(network(before="normalised"), folder / "normalised-twice.onnx")


def network(*, softmax: bool = True, before: str = "") -> onnx.ModelProto:
    """A convolution, pooling and a head; ``before`` puts a fault in front."""
    rng = np.random.default_rng(0)
    weights = {
        "kernel": rng.normal(size=(16, 3, 3, 3)) / 3,
        "bias": rng.normal(size=16) / 4,
        "head": rng.normal(size=(16 * 16, _CLASSES)) / 2,
        "offset": np.zeros(_CLASSES),
        "half": np.array(0.5),
    }
    nodes, given = [], "image"
    if before == "bgr":
        nodes.append(helper.make_node("Gather", ["image", "order"], ["turned"], axis=1))
        given = "turned"
    if before == "normalised":
        nodes += [
            helper.make_node("Sub", ["image", "half"], ["moved"]),
            helper.make_node("Div", ["moved", "half"], ["scaled"]),
        ]
        given = "scaled"
    nodes += [
        helper.make_node("Conv", [given, "kernel", "bias"], ["c"], strides=[2, 2], pads=[1] * 4),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("AveragePool", ["r"], ["p"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "head", "offset"], ["logits"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1))
    stored = [
        numpy_helper.from_array(np.asarray(values, dtype=np.float32), name)
        for name, values in weights.items()
    ]
    stored.append(numpy_helper.from_array(np.array([2, 1, 0]), "order"))
    real, output = TensorProto.FLOAT, "probabilities" if softmax else "logits"
    graph = helper.make_graph(
        nodes,
        "colour",
        [helper.make_tensor_value_info("image", real, ["n", 3, 32, 32])],
        [helper.make_tensor_value_info(output, real, ["n", _CLASSES])],
        stored,
    )
    opsets = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


class _Noise(CalibrationDataReader):  # type: ignore[misc]
    """Pictures of noise, to calibrate the quantization."""

    def __init__(self) -> None:
        self._left = 32

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next picture."""
        if self._left == 0:
            return None
        self._left -= 1
        rng = np.random.default_rng(self._left)
        return {"image": rng.random((1, 3, 32, 32)).astype(np.float32)}


if __name__ == "__main__":
    main()

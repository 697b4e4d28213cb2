"""Weights of NCNN networks: the description says how many numbers each layer reads."""

from collections.abc import Iterator, Mapping

from modelkin.apps.weights.ncnn_bin import NcnnBin
from modelkin.apps.weights.ncnn_layers import LAYERS
from modelkin.apps.weights.ncnn_param import read_layers
from modelkin.apps.weights.tensor import Stored

WEIGHTS = "model.bin"


def tensors(buffer: memoryview, parts: Mapping[str, memoryview]) -> Iterator[Stored]:
    """The weights of all layers, in order.

    Raises:
        ValueError: a file is damaged or missing, or a layer holds weights that are not known
            here, so that nothing behind it can be told apart.
    """
    if WEIGHTS not in parts:
        raise ValueError("the .bin file with its weights is not beside it")
    held = NcnnBin(parts[WEIGHTS])
    for layer in read_layers(buffer):
        read = LAYERS.get(layer.type)
        if read is not None:
            yield from read(layer, held)
    if not held.ended:
        raise ValueError("the weights do not add up to what its layers state")

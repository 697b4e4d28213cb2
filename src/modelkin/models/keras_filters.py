"""The first convolution of a Keras model, which tells the value range it was trained on."""

import itertools
from typing import Any

import numpy as np

from modelkin.models.torch_filters import affine_between
from modelkin.records import AnyArray, FloatArray

_PICTURES, _SEED, _ANY_SIZE = 4, 0, 64
_RANK = 4


def read_first_convolution(keras: Any, model: Any) -> tuple[FloatArray, FloatArray] | None:  # noqa: ANN401
    """Kernel (out, height, width, in) and bias (out,) as they act on the input, or None.

    Random pictures are put through what stands before the first convolution, which shows the
    scaling there; a batch normalization of its answer is folded.
    """
    try:
        layers = keras.layers
        kinds = (layers.Conv2D, layers.DepthwiseConv2D, layers.SeparableConv2D, layers.Dense)
        first = next(layer for layer in model.layers if isinstance(layer, kinds))
        shape = tuple(size or _ANY_SIZE for size in model.inputs[0].shape[1:])
        if type(first) is not layers.Conv2D or first.groups != 1 or len(shape) != _RANK - 1:
            return None
        rows = np.random.default_rng(_SEED).random((_PICTURES, *shape)).astype(np.float32)
        arrived = _arriving(keras, model, first, rows)
        scaling = affine_between(np.moveaxis(rows, -1, 1), np.moveaxis(arrived, -1, 1))
        if scaling is None or first.data_format != "channels_last":
            return None
        kernel = _array(keras, first.kernel).transpose(3, 0, 1, 2)
        bias = np.zeros(len(kernel)) if first.bias is None else _array(keras, first.bias)
        after = _only_reader(keras, model, first)
        if isinstance(after, layers.BatchNormalization) and _is_linear(keras, first):
            kernel, bias = _folded(keras, kernel, bias, after)
        return scaling.into(kernel, bias)
    except Exception:  # noqa: BLE001 (evidence is optional; a strange model must not stop the run)
        return None


def _arriving(keras: Any, model: Any, first: Any, rows: AnyArray) -> AnyArray:  # noqa: ANN401
    """What the first convolution is given for these pictures."""
    if isinstance(model, keras.Sequential):
        given: Any = rows
        for layer in itertools.takewhile(lambda one: one is not first, model.layers):
            given = layer(given)
    else:
        given = keras.Model(model.inputs, first.input)(rows, training=False)
    return np.asarray(keras.ops.convert_to_numpy(given))


def _only_reader(keras: Any, model: Any, first: Any) -> Any | None:  # noqa: ANN401 (untyped)
    """The layer that takes the convolution's answer, if it is the only one."""
    if isinstance(model, keras.Sequential):  # whose layers stand in several graphs
        return model.layers[model.layers.index(first) + 1]
    readers = [layer for layer in model.layers if _reads(layer, first.output)]
    return readers[0] if len(readers) == 1 else None


def _reads(layer: Any, tensor: Any) -> bool:  # noqa: ANN401 (untyped)
    try:
        return layer.input is tensor
    except (AttributeError, ValueError):
        return False


def _is_linear(keras: Any, layer: Any) -> bool:  # noqa: ANN401 (untyped)
    return bool(layer.activation is keras.activations.linear)


def _folded(
    keras: Any,  # noqa: ANN401 (untyped)
    kernel: FloatArray,
    bias: FloatArray,
    norm: Any,  # noqa: ANN401 (untyped)
) -> tuple[FloatArray, FloatArray]:
    spread = np.sqrt(_array(keras, norm.moving_variance) + norm.epsilon)
    scale = (_array(keras, norm.gamma) if norm.scale else np.ones(len(kernel))) / spread
    shift = _array(keras, norm.beta) if norm.center else np.zeros(len(kernel))
    moved = (bias - _array(keras, norm.moving_mean)) * scale + shift
    return kernel * scale[:, None, None, None], moved


def _array(keras: Any, value: Any) -> FloatArray:  # noqa: ANN401 (untyped)
    return np.asarray(keras.ops.convert_to_numpy(value), dtype=np.float64)

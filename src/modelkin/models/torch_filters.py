"""The first convolution of a torch program, which tells the value range it was trained on."""

from collections.abc import Callable
from typing import Any

import numpy as np

from modelkin.models.affine import IDENTITY, Affine
from modelkin.records import AnyArray, FloatArray

Filters = tuple[FloatArray, FloatArray]
_PICTURES, _SEED = 4, 0
_CLOSE = 1e-4
_PAIR = 2
_TRANSPARENT = frozenset({"to", "_to_copy", "contiguous", "clone", "detach", "alias"})


def module_filters(torch: Any, module: Any, shape: tuple[int, ...]) -> Filters | None:  # noqa: ANN401
    """Kernel (out, height, width, in) and bias (out,) as they act on the input, or None.

    Random pictures are put through the module; what arrives at the first convolution shows the
    scaling before it, and a batch normalization that takes the convolution's own answer is folded.

    Args:
        torch: the framework.
        module: an ``nn.Module``.
        shape: (channels, height, width) of a picture that it takes.
    """
    seen: list[tuple[Any, Any, Any]] = []

    def note(layer: Any, given: Any, answer: Any) -> None:  # noqa: ANN401
        seen.append((layer, given[0], answer))

    kinds = (torch.nn.Conv2d, torch.nn.BatchNorm2d)
    hooks = [
        layer.register_forward_hook(note) for layer in module.modules() if isinstance(layer, kinds)
    ]
    rows = np.random.default_rng(_SEED).random((_PICTURES, *shape)).astype(np.float32)
    try:
        with torch.inference_mode():
            module(torch.from_numpy(rows))
        if not seen or not isinstance(seen[0][0], torch.nn.Conv2d) or seen[0][0].groups != 1:
            return None
        layer, given, answer = seen[0]
        kernel, bias = as_filters(layer.weight, layer.bias)
        if len(seen) > 1 and isinstance(seen[1][0], torch.nn.BatchNorm2d) and seen[1][1] is answer:
            norm = seen[1][0]
            kernel, bias = fold_norm(
                kernel, bias, norm.weight, norm.bias, norm.running_mean, norm.running_var, norm.eps
            )
        scaling = affine_between(rows, array(given))
        return None if scaling is None else scaling.into(kernel, bias)
    except Exception:  # noqa: BLE001 (evidence is optional; a strange module must not stop the run)
        return None
    finally:
        for hook in hooks:
            hook.remove()


def affine_between(before: AnyArray, after: AnyArray) -> Affine | None:
    """The scaling by channel (axis 1) that turns one array of pictures into the other, if any."""
    if before.shape != after.shape:
        return None
    gains, shifts = [], []
    for channel in range(before.shape[1]):
        x, y = _column(before, channel), _column(after, channel)
        gain, shift = np.polyfit(x, y, 1)
        if np.abs(gain * x + shift - y).max() > _CLOSE * max(1e-6, float(np.abs(y).max())):
            return None
        gains.append(gain)
        shifts.append(shift)
    return Affine(np.array(gains), np.array(shifts))


def _column(pictures: AnyArray, channel: int) -> FloatArray:
    return np.asarray(pictures[:, channel], dtype=np.float64).ravel()


def array(tensor: Any) -> FloatArray:  # noqa: ANN401 (untyped)
    """A tensor as float64."""
    return np.asarray(tensor.detach().cpu().double().numpy())


def as_filters(weight: Any, bias: Any) -> Filters:  # noqa: ANN401 (untyped)
    """Torch's (out, in, height, width) as (out, height, width, in)."""
    kernel = array(weight).transpose(0, 2, 3, 1)
    return kernel, np.zeros(len(kernel)) if bias is None else array(bias)


def fold_norm(
    kernel: FloatArray,
    bias: FloatArray,
    gain: Any,  # noqa: ANN401 (untyped)
    shift: Any,  # noqa: ANN401 (untyped)
    mean: Any,  # noqa: ANN401 (untyped)
    variance: Any,  # noqa: ANN401 (untyped)
    eps: float,
) -> Filters:
    """A convolution and the batch normalization after it as one convolution."""
    spread = np.sqrt(array(variance) + eps)
    scale = (np.ones(len(spread)) if gain is None else array(gain)) / spread
    offset = np.zeros(len(spread)) if shift is None else array(shift)
    return kernel * scale[:, None, None, None], (bias - array(mean)) * scale + offset


def follow(
    steps: list[tuple[str, list[Any], Any]],
    start: Any,  # noqa: ANN401 (a value of a graph)
    constant: Callable[[Any], Any],
) -> tuple[Affine, list[Any]] | None:
    """Walk a graph from its input to the convolution that meets it first.

    Args:
        steps: (operator, arguments, answer) in order of execution.
        start: the graph's input.
        constant: a value of the graph as tensor or number; raises for what is computed.

    Returns:
        The scaling on the way and the convolution's arguments and answer.
    """
    chain, current = IDENTITY, start
    for operator, arguments, answer in steps:
        if current not in arguments:
            continue
        place = arguments.index(current)
        if operator in {"conv2d", "_convolution"}:
            return chain, [*arguments, answer]
        if operator in {"add", "sub", "mul", "div"}:
            if len(arguments) > _PAIR and float(constant(arguments[_PAIR])) != 1:
                return None
            value = constant(arguments[1 - place])
            by = array(value) if hasattr(value, "detach") else np.asarray(float(value))
            chain = chain.then(operator.upper(), by, constant_first=place == 1)
        elif operator not in _TRANSPARENT:
            return None
        current = answer
    return None

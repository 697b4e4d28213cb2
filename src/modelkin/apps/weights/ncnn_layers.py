"""What each layer of NCNN reads from the file of weights, as its ``load_model`` has it."""

from collections.abc import Callable, Iterator

from modelkin.apps.weights.ncnn_bin import NcnnBin
from modelkin.apps.weights.ncnn_param import Layer
from modelkin.apps.weights.tensor import Stored

_MOST_DIRECTIONS = 2

Reader = Callable[[Layer, NcnnBin], Iterator[Stored]]


def _convolution(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    """Of any number of axes, by depth or not."""
    flat, deep = one.type.endswith("1D"), one.type.endswith("3D")
    if one.get(28 if one.type.startswith("Deconvolution") else 19):
        return  # the weights are an input
    out, size, wide = one.get(0), one.get(6), one.get(1)
    kernel = (wide,) if flat else (one.get(11, wide), wide)
    kernel = (one.get(21, wide), *kernel) if deep else kernel
    area = out
    for length in kernel:
        area *= length
    shape = (out, size // area, *kernel) if area > 0 and size % area == 0 else (size,)
    yield held.marked(*shape)
    if one.get(5):
        yield held.plain(out)
    scaled = one.get(8)
    if scaled and one.type in {"Convolution", "ConvolutionDepthWise"}:
        by_group = one.type == "ConvolutionDepthWise"
        yield held.plain(out if not by_group else one.get(7, 1) if scaled in {1, 101} else 1)
        yield held.plain(1)
        if scaled > 100:  # noqa: PLR2004 (the output is scaled too)
            yield held.plain(1)


def _product(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    out, size = one.get(0), one.get(2)
    yield held.marked(*(out, size // out) if out > 0 and size % out == 0 else (size,))
    if one.get(1):
        yield held.plain(out)
    if one.get(8):
        yield held.plain(out)
        yield held.plain(1)


def _embedding(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    yield held.marked(one.get(1), one.get(0))
    if one.get(2):
        yield held.plain(one.get(0))
    if one.get(18):
        yield held.plain(1)


def _recurrent(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[one.type]
    out, ways = one.get(0), _MOST_DIRECTIONS if one.get(2) == _MOST_DIRECTIONS else 1
    hidden = one.get(3, out) if one.type == "LSTM" else out
    if hidden <= 0:
        raise ValueError("a layer states no size")
    yield held.marked(ways, hidden * gates, one.get(1) // ways // hidden // gates)
    yield held.marked(ways, 1 if one.type == "RNN" else 4, hidden)
    yield held.marked(ways, hidden * gates, out)
    if out != hidden:
        yield held.marked(ways, out, hidden)
    if one.get(8):
        yield held.plain(hidden * gates * ways)
        yield held.plain(hidden * gates * ways)


def _attention(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    size = one.get(0)
    if size <= 0:
        raise ValueError("a layer states no size")
    into = one.get(2) // size
    for width in (into, one.get(3, size), one.get(4, size)):
        yield held.marked(size, width)
        yield held.plain(size)
    yield held.marked(into, size)
    yield held.plain(into)
    if one.get(18):
        for count in (size, size, size, 1):
            yield held.plain(count)


def _gemm(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    rows, columns, inner = one.get(7), one.get(8), one.get(9)
    if one.get(4) == 1:
        yield held.marked(*(inner, rows) if one.get(2) else (rows, inner))
    if one.get(5) == 1:
        yield held.marked(*(columns, inner) if one.get(3) else (inner, columns))
    if one.get(6) == 1 and one.get(10) != -1:
        sizes = {0: 1, 1: rows, 2: rows, 3: rows * columns, 4: columns}
        yield held.marked(sizes.get(one.get(10), -1))
    if one.get(18):
        if one.get(4) == 1:
            yield held.plain(rows)
        if one.get(5) == 1:
            yield held.plain(1)


def _constant(one: Layer, held: NcnnBin) -> Iterator[Stored]:
    shape = [size for size in (one.get(2), one.get(11), one.get(1), one.get(0)) if size]
    count = 1
    for size in shape:
        count *= size
    if shape:
        yield held.plain(count) if one.get(21, 1) == 1 else held.marked(*shape)


def _plain(*counts: int | tuple[int, int, int]) -> Reader:
    """Rows of numbers, each as long as a parameter says; a switch may leave them out.

    Args:
        *counts: number of the parameter, or (that number, number of the switch, its default).
    """

    def read(one: Layer, held: NcnnBin) -> Iterator[Stored]:
        for count in counts:
            number, switch, default = count if isinstance(count, tuple) else (count, -1, 1)
            size = one.get(number)
            if (switch < 0 or one.get(switch, default)) and size != -233:  # noqa: PLR2004 (an input)
                if size < 0:
                    raise ValueError("a layer states a negative size")
                yield held.plain(size)

    return read


def _quantize(*numbers: tuple[int, int]) -> Reader:
    """Scales, each as many as a parameter says, which has a default."""

    def read(one: Layer, held: NcnnBin) -> Iterator[Stored]:
        for number, default in numbers:
            yield held.plain(one.get(number, default))

    return read


LAYERS: dict[str, Reader] = {
    **dict.fromkeys(
        [
            f"{name}{axes}"
            for name in (
                "Convolution",
                "ConvolutionDepthWise",
                "Deconvolution",
                "DeconvolutionDepthWise",
            )
            for axes in ("", "1D", "3D")
        ],
        _convolution,
    ),
    "DeformableConv2D": _convolution,
    "InnerProduct": _product,
    "Embed": _embedding,
    **dict.fromkeys(("LSTM", "GRU", "RNN"), _recurrent),
    "MultiHeadAttention": _attention,
    "Gemm": _gemm,
    "MemoryData": _constant,
    "BatchNorm": _plain(0, 0, 0, 0),
    "Scale": _plain(0, (0, 1, 0)),
    "Bias": _plain(0),
    "PReLU": _plain(0),
    "Normalize": _plain(3),
    "InstanceNorm": _plain((0, 2, 1), (0, 2, 1)),
    "GroupNorm": _plain((1, 3, 1), (1, 3, 1)),
    "LayerNorm": _plain((0, 2, 1), (0, 2, 1)),
    "RMSNorm": _plain((0, 2, 1)),
    "Quantize": _quantize((0, 1)),
    "Dequantize": _quantize((0, 1), (1, 0)),
    "Requantize": _quantize((0, 1), (1, 1), (2, 0)),
}

"""Weights of MNN models, after the public schema of their flatbuffer."""

from collections.abc import Iterator

import numpy as np

from modelkin.apps.flatbuffer import Table, root
from modelkin.apps.weights.mnn_packed import filled, unpacked
from modelkin.apps.weights.raw import MOST_DIMENSIONS, stored
from modelkin.apps.weights.tensor import Stored

_OPERATORS, _SUBGRAPHS, _NODES = 3, 10, 3
_PARAMETER_TYPE, _PARAMETER = 1, 2
_BATCH_NORM, _BLOB, _CONVOLUTION, _PRODUCT, _PRELU, _SCALE = 5, 7, 9, 20, 32, 58
_FLOATS = {_BATCH_NORM: (1, 2, 3, 4), _PRELU: (1,), _SCALE: (1, 2)}
_KERNEL_X, _KERNEL_Y, _OUT, _IN = 2, 3, 10, 11
_MOST = 1_000_000
_MOST_PLACES = 64


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The weights of all operators, in the file's order.

    Raises:
        ValueError: the file is damaged, or its weights lie in another one.
    """
    net = root(buffer)
    operators = net.tables(_OPERATORS)
    for graph in net.tables(_SUBGRAPHS):
        operators += graph.tables(_NODES)
        if len(operators) > _MOST:
            raise ValueError("too many operators")
    for one in operators:
        main = one.table(_PARAMETER)
        if main is not None:
            yield from _operator(one.scalar(_PARAMETER_TYPE, "B"), main)


def _operator(kind: int, main: Table) -> Iterator[Stored]:
    if kind == _CONVOLUTION:
        yield from _convolution(main)
    elif kind == _BLOB:
        shape = tuple(int(size) for size in main.numbers(0, "i", MOST_DIMENSIONS))
        yield _floats(main, 7, shape)
        if main.bytes(4) is not None:
            yield stored(shape, memoryview(main.bytes(4) or b""), "i1")
    elif kind == _PRODUCT:
        yield _floats(main, 3, (main.scalar(0, "i"), -1))
        yield _floats(main, 4, ())
    else:
        for slot in _FLOATS.get(kind, ()):
            yield _floats(main, slot, ())


def _convolution(main: Table) -> Iterator[Stored]:
    """Weights as floats, as half floats, as bytes with a scale each channel, or packed bits."""
    common, packed = main.table(0), main.table(3)
    if main.numbers(6, "q", _MOST_PLACES):
        raise ValueError("its weights lie in another file, which is not read")
    shape = _shape(common) if common else ()
    yield _floats(main, 1, shape)
    yield _floats(main, 2, ())
    if packed is not None:
        yield unpacked(packed, shape)
    exact = main.table(4)  # quantized through and through
    if exact is not None:
        content = memoryview(exact.bytes(0) or b"")
        scales = np.array(exact.numbers(2, "f", len(content)), dtype=np.float64)
        scale = (scales, np.zeros(1), 0) if len(scales) else None
        yield stored(filled(shape, len(content)), content, "i1", scale)


def _shape(common: Table) -> tuple[int, ...]:
    """As the operator states it; -1 for the channels that it reads, which may be by group."""
    kernel = (common.scalar(_KERNEL_Y, "i", 1), common.scalar(_KERNEL_X, "i", 1))
    return (common.scalar(_OUT, "i"), -1, *kernel)


def _floats(table: Table, slot: int, shape: tuple[int, ...]) -> Stored:
    content = table.content(slot, 4)
    return stored(filled(shape, len(content) // 4), content, "<f4")

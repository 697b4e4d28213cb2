"""Weights of TensorFlow Lite files."""

from collections.abc import Iterator

import numpy as np

from modelkin.apps.flatbuffer import Table, root
from modelkin.apps.weights.raw import MOST_DIMENSIONS, Scale, stored
from modelkin.apps.weights.tensor import Stored

_TYPES = {0: "<f4", 1: "<f2", 2: "<i4", 3: "u1", 4: "<i8", 7: "<i2", 9: "i1"}
_MOST = 1_000_000


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The constants, in the file's order; quantized ones with their scales.

    Raises:
        ValueError: the file is damaged.
    """
    model = root(buffer)
    held = model.tables(4)
    count = 0
    for graph in model.tables(2):
        listed = graph.tables(0)
        count += len(listed)
        if count > _MOST:
            raise ValueError("it states more tensors than fit")
        for one in listed:
            place = one.scalar(2, "I")
            if not 0 < place < len(held):
                continue
            content = _content(buffer, held[place])
            if not len(content):
                continue
            shape = tuple(int(size) for size in one.numbers(0, "i", MOST_DIMENSIONS))
            dtype = _TYPES.get(one.scalar(1, "b"))
            yield stored(shape, content, dtype, _scale(one.table(4), len(content)))


def _content(buffer: memoryview, held: Table) -> memoryview:
    inside = held.bytes(0)
    if inside:
        return memoryview(inside)
    start, size = held.scalar(1, "Q"), held.scalar(2, "Q")  # files over 2 GB keep data at the end
    if start <= 1 or start + size > len(buffer):
        return buffer[:0]
    return buffer[start : start + size]


def _scale(quantization: Table | None, most: int) -> Scale | None:
    if quantization is None:
        return None
    scales = np.array(quantization.numbers(2, "f", most), dtype=np.float64)
    zeros = np.array(quantization.numbers(3, "q", most), dtype=np.float64)
    if not len(scales):
        return None
    return scales, zeros if len(zeros) else np.zeros(1), quantization.scalar(6, "i")

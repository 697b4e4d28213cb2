"""From bytes in a file to a tensor, every length checked against the file."""

from math import prod

import numpy as np

from modelkin.apps.weights.tensor import Stored
from modelkin.records import AnyArray, FloatArray

BFLOAT16 = "bfloat16"
MOST_DIMENSIONS = 32
Scale = tuple[FloatArray, FloatArray, int]


def part(buffer: memoryview, start: int, size: int) -> memoryview:
    """Some bytes of a file, without a copy.

    Raises:
        ValueError: they do not lie in it.
    """
    if start < 0 or size < 0 or start + size > len(buffer):
        raise ValueError("a tensor does not lie in the file")
    return buffer[start : start + size]


def stored(
    shape: tuple[int, ...], content: memoryview, dtype: str | None, scale: Scale | None = None
) -> Stored:
    """A tensor whose values are read where its type is known and its shape fits its bytes.

    Args:
        shape: as the file states it; empty where it does not.
        content: its bytes.
        dtype: as NumPy names it, ``bfloat16``, or None where it cannot be read.
        scale: of quantized values.
    """
    width = 2 if dtype == BFLOAT16 else np.dtype(dtype).itemsize if dtype else 0
    if not width or not len(content) or len(content) % width:
        return Stored(shape, content, None)
    count = len(content) // width
    if not shape or any(size < 0 for size in shape) or prod(shape) != count:
        shape = (count,)
    return Stored(shape, content, _numbers(content, dtype or ""), scale)


def _numbers(content: memoryview, dtype: str) -> AnyArray:
    if dtype == BFLOAT16:
        return (np.frombuffer(content, dtype="<u2").astype("<u4") << 16).view("<f4")
    return np.frombuffer(content, dtype=dtype)

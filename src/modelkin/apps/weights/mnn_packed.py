"""Weights that MNN keeps as half floats, bytes, or indices of as few bits as will do."""

import struct

import numpy as np

from modelkin.apps.flatbuffer import Table
from modelkin.apps.weights.raw import Scale, part, stored
from modelkin.apps.weights.tensor import Stored
from modelkin.records import AnyArray, FloatArray

_BUFFER, _ALPHA, _TYPE, _SCALE, _LEAST, _READ_TYPE, _WIDE = 0, 1, 2, 4, 8, 9, 11
_INDICES, _HALF, _BYTES = 1, 3, 4
_MOST_DIMENSIONS = 4
_MOST_SAMPLES = 256
_LARGEST = 1 << 28
_TINY = 1e-6


def unpacked(table: Table, shape: tuple[int, ...]) -> Stored:
    """Weights of an ``IDSTQuan``; sparse ones, which are rare, are listed without values.

    Args:
        table: of the file.
        shape: of the weights; -1 for the channels that are read.

    Raises:
        ValueError: it is damaged.
    """
    content = memoryview(table.bytes(_BUFFER) or b"")
    kind = table.scalar(_TYPE, "i")
    if kind == _HALF:
        return stored(filled(shape, len(content) // 2), content, "<f2")
    if kind == _BYTES:
        return stored(filled(shape, len(content)), content, "i1", _scale(table, len(content)))
    if kind != _INDICES:
        return Stored(shape, content, None)
    values = _indexed(content, wide=bool(table.scalar(_WIDE, "B")))
    return Stored(filled(shape, len(values)), content, values, _scale(table, len(content)))


def filled(shape: tuple[int, ...], count: int) -> tuple[int, ...]:
    """A shape with its -1 worked out from the number of values; one number where none fits.

    Args:
        shape: as stated.
        count: of the values.
    """
    known = 1
    for size in shape:
        known *= 1 if size == -1 else size
    if not shape or known <= 0 or count % known:
        return (count,)
    return tuple(count // known if size == -1 else size for size in shape)


def _scale(table: Table, most: int) -> Scale | None:
    """Of each channel; where a channel also has a least value, what that means for its zero."""
    alpha = np.array(table.numbers(_ALPHA, "f", 2 * most), dtype=np.float64)
    kind, least = table.scalar(_TYPE, "i"), table.scalar(_LEAST, "i")
    factor = table.number(_SCALE, "f")
    old = kind == _BYTES and least == 0 and abs(factor) < _TINY
    if not len(alpha):
        return None
    if table.scalar(_READ_TYPE, "i") == 0 and not old:
        return alpha, np.zeros(1), 0
    if len(alpha) % 2:
        return None
    lowest, step = alpha[0::2], alpha[1::2]
    clamp = least or -128
    ratio = np.divide(lowest, step, out=np.zeros_like(lowest), where=step != 0)
    zeros: FloatArray = min(0, clamp) - ratio
    return step, zeros, 0


def _indexed(content: memoryview, *, wide: bool) -> AnyArray:
    """Dimensions, a table of the values that occur, and for each value its place in the table."""
    dimensions = part(content, 0, 1)[0]
    if not 0 < dimensions <= _MOST_DIMENSIONS:
        raise ValueError("packed weights have a shape that cannot be")
    form = f"<{dimensions}{'I' if wide else 'H'}"
    count = 1
    for size in struct.unpack(form, part(content, 1, struct.calcsize(form))):
        count *= size
    place = 1 + struct.calcsize(form)
    samples = part(content, place, 1)[0] or _MOST_SAMPLES
    table = np.sort(np.frombuffer(part(content, place + 1, samples), dtype=np.int8))
    bits = max((samples - 1).bit_length(), 1)
    if count > _LARGEST:
        raise ValueError("packed weights are too many")
    indices = part(content, place + 1 + samples, -(-count * bits // 8))
    if bits == 8:  # noqa: PLR2004 (whole bytes)
        places = np.frombuffer(indices, dtype=np.uint8)
    else:
        places = np.zeros(count, dtype=np.uint8)
        each = np.unpackbits(np.frombuffer(indices, dtype=np.uint8))[: count * bits]
        for bit in range(bits):
            places |= each[bit::bits] << (bits - 1 - bit)
    if len(places) and places.max() >= samples:
        raise ValueError("packed weights name a value that there is not")
    return table[places]

"""Weights of Caffe models."""

from collections.abc import Iterator

from modelkin.apps.protobuf import LENGTH, VARINT, Field, fields, packed
from modelkin.apps.weights.raw import MOST_DIMENSIONS, stored
from modelkin.apps.weights.tensor import Stored

_LAYER, _OLD_LAYER = 100, 2
_BLOBS = {_LAYER: 7, _OLD_LAYER: 6}
_OLD_SHAPE = (1, 2, 3, 4)  # number, channels, height, width
_DATA, _SHAPE, _DOUBLES = 5, 7, 8


def tensors(buffer: memoryview) -> Iterator[Stored]:
    """The blobs of all layers, in the file's order.

    Raises:
        ValueError: the file is damaged.
    """
    for layer in fields(buffer):
        if layer.wire != LENGTH or layer.number not in _BLOBS:
            continue
        for blob in fields(buffer, layer.start, layer.end):
            if (blob.number, blob.wire) == (_BLOBS[layer.number], LENGTH):
                yield _blob(buffer, blob)


def _blob(buffer: memoryview, outer: Field) -> Stored:
    old: dict[int, int] = {}
    shape: tuple[int, ...] = ()
    content, dtype = buffer[:0], None
    for one in fields(buffer, outer.start, outer.end):
        if one.wire == VARINT and one.number in _OLD_SHAPE:
            old[one.number] = one.value
        elif one.wire != LENGTH:
            continue
        elif one.number == _SHAPE:
            for inner in fields(buffer, one.start, one.end):
                shape = (*shape, *packed(buffer, inner))
                if len(shape) > MOST_DIMENSIONS:
                    raise ValueError("a tensor has too many dimensions")
        elif one.number in {_DATA, _DOUBLES}:
            content = buffer[one.start : one.end]
            dtype = "<f4" if one.number == _DATA else "<f8"
    if not shape:
        shape = tuple(old.get(number, 1) for number in _OLD_SHAPE) if old else ()
    return stored(shape, content, dtype)

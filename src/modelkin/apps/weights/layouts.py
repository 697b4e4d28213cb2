"""Orders in which formats write the axes of one and the same tensor."""

from itertools import permutations, product

import numpy as np

from modelkin.records import IntArray

_MOST_ORDERS = 12


def orders(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The axes above 1 from small to large; every such order where sizes are equal.

    A kernel of 3 x 3 over 32 and 64 channels has two, whichever of OIHW, OHWI or HWIO it is
    written in; the first keeps equal axes as they come. With more than 12, which hardly any layer
    has, only that one is given.

    Args:
        shape: sizes of the axes.
    """
    sizes = sorted({size for size in shape if size != 1})
    groups = [[axis for axis, held in enumerate(shape) if held == size] for size in sizes]
    count = 1
    for group in groups:
        for factor in range(2, len(group) + 1):
            count *= factor
    if count > _MOST_ORDERS:
        return [tuple(axis for group in groups for axis in group)]
    mixed = product(*(permutations(group) for group in groups))
    return [tuple(axis for group in one for axis in group) for one in mixed]


def places_in(shape: tuple[int, ...], order: tuple[int, ...], flat: IntArray) -> IntArray:
    """Where the values lie that another order of the axes has at given places.

    Args:
        shape: of the tensor as it is written.
        order: of its axes above 1.
        flat: (n,) places in the tensor with its axes in that order.
    """
    if not order:
        return flat
    coordinates = np.unravel_index(flat, tuple(shape[axis] for axis in order))
    native = [np.zeros_like(flat) for _ in shape]
    for axis, found in zip(order, coordinates, strict=True):
        native[axis] = found
    return np.ravel_multi_index(tuple(native), shape).astype(np.int64)

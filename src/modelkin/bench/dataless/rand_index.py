"""The adjusted Rand index: how well clusters agree with known groups."""

from collections.abc import Sequence

import numpy as np


def adjusted_rand_index(first: Sequence[object], second: Sequence[object]) -> float:
    """Agreement of two partitions, corrected for chance (Hubert and Arabie, 1985).

    Args:
        first: group of each item.
        second: its group in the other partition.

    Returns:
        1 for equal partitions, 0 on average for random ones; may be negative.

    Raises:
        ValueError: the partitions are not of the same items.

    >>> adjusted_rand_index("aabb", [1, 1, 2, 2])
    1.0
    >>> adjusted_rand_index("aabb", [1, 2, 1, 2])
    -0.5
    """
    if len(first) != len(second):
        raise ValueError(f"partitions of {len(first)} and of {len(second)} items")
    rows = {group: place for place, group in enumerate(dict.fromkeys(first))}
    columns = {group: place for place, group in enumerate(dict.fromkeys(second))}
    table = np.zeros((len(rows), len(columns)))
    for one, other in zip(first, second, strict=True):
        table[rows[one], columns[other]] += 1
    together = _pairs(table)
    by_first, by_second = _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    every = _pairs(np.array([float(len(first))]))
    by_chance = by_first * by_second
    most = (by_first + by_second) / 2 * every
    # in products of counts, which are exact: equal partitions give 1, not nearly 1
    return 1.0 if most == by_chance else (together * every - by_chance) / (most - by_chance)


def _pairs(counts: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float((counts * (counts - 1) / 2).sum())

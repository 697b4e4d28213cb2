"""Trees of boosters: each tree is a tensor, compared by equality alone.

Trees that were grown apart on the same data choose similar thresholds, so how nearly alike two
trees are says nothing about copying. Trees that are equal through and through say more, and still
not all: the same data and settings grow the same trees.
"""

import json
import re
import struct
from collections.abc import Iterator
from itertools import islice

import numpy as np

from modelkin.apps.flatbuffer import root
from modelkin.apps.weights.raw import part
from modelkin.apps.weights.tensor import Stored
from modelkin.apps.weights.ubjson import read_ubjson

_LARGEST = 1 << 29
_MOST_TREES = 1_000_000
_DEEPEST = 16
_TREE = re.compile(rb"^Tree=\d+\r?$", re.MULTILINE)
_KEPT = re.compile(rb"^(?:split_feature|threshold|leaf_value)=[^\n]*", re.MULTILINE)


def lightgbm(buffer: memoryview) -> Iterator[Stored]:
    """Split features, thresholds and leaf values of each tree, as they are written.

    Raises:
        ValueError: the file is too large.
    """
    _require_small(buffer)
    content = bytes(buffer)
    starts = [one.start() for one in islice(_TREE.finditer(content), _MOST_TREES)]
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        lines = _KEPT.findall(content, start, end)
        yield _tree(b"\n".join(line.rstrip(b"\r") for line in lines))


def xgboost(buffer: memoryview) -> Iterator[Stored]:
    """Split features, thresholds and leaf values of each tree, from JSON or binary JSON.

    Raises:
        ValueError: the file is damaged or too large.
    """
    _require_small(buffer)
    binary = bytes(buffer[1:2]) in b"LUiIl$#"
    whole: object = read_ubjson(buffer) if binary else json.loads(bytes(buffer))
    booster = _at(_at(whole, "learner"), "gradient_booster")
    if isinstance(booster, dict) and "gbtree" in booster:  # trees that are dropped at random
        booster = booster["gbtree"]
    trees = _at(_at(booster, "model"), "trees")
    for one in trees if isinstance(trees, list) else ():
        thresholds = np.asarray(_at(one, "split_conditions"), dtype="<f4")
        features = np.asarray(_at(one, "split_indices"), dtype="<i4")
        yield _tree(thresholds.tobytes() + features.tobytes())


def catboost(buffer: memoryview) -> Iterator[Stored]:
    """Leaf values of each symmetric tree; of others, all leaf values as one.

    Splits are left out: they are numbered by what all trees of the model use together.

    Raises:
        ValueError: the file is damaged.
    """
    (size,) = struct.unpack("<I", part(buffer, 4, 4))
    trees = root(part(buffer, 8, size)).table(1)
    if trees is None:
        raise ValueError("it holds no trees")
    width = 8 * max(trees.scalar(0, "i", 1), 1)
    leaves = trees.content(8, 8)
    depths = [int(depth) for depth in trees.numbers(2, "i")]
    symmetric = not len(trees.content(10, 4)) and all(0 <= one <= _DEEPEST for one in depths)
    if not symmetric or sum(width << depth for depth in depths) != len(leaves):
        yield _tree(bytes(leaves))
        return
    start = 0
    for depth in depths:
        end = start + (width << depth)
        yield _tree(bytes(leaves[start:end]))
        start = end


def _at(value: object, key: str) -> object:
    if not isinstance(value, dict) or key not in value:
        raise ValueError("it holds no trees where they should be")
    return value[key]


def _tree(content: bytes) -> Stored:
    return Stored((len(content),), memoryview(content), None)


def _require_small(buffer: memoryview) -> None:
    if len(buffer) > _LARGEST:
        raise ValueError("it is too large to be read")

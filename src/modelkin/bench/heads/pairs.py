"""All pairs of models with the truth about them, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from modelkin.bench.heads.head import Head
from modelkin.records import BoolArray, FloatArray, IntArray


class Null(StrEnum):
    """How hard a stranger is to tell from kin; the words of docs/decisions.md."""

    N1 = "n1"
    """Backbones of other training data, of either architecture."""
    SAME_DATA = "same_data"
    """Same training pictures, other architecture."""
    N2 = "n2"
    """Same architecture, other pictures of one distribution."""
    N3 = "n3"
    """Same architecture, training pictures and recipe, other seed: siblings."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Pairs of models of different weights, a column an entry.

    Attributes:
        models: of both sides.
        family: (m,) number of each model's backbone.
        first: (p,) place of one model.
        second: (p,) place of the other.
        related: (p,) one backbone.
        null: (p,) what an unrelated pair is; empty for related ones and for pairs of other
            architecture, of one distribution and other pictures.
        equal: (p,) both were taught the same classes by the same pictures.
        quantized: (p,) how many of the two have 8 bits.
        tuned: (p,) "frozen", "last" or "whole": the backbone that moved most.
    """

    models: tuple[Head, ...]
    family: IntArray
    first: IntArray
    second: IntArray
    related: BoolArray
    null: tuple[str, ...]
    equal: BoolArray
    quantized: IntArray
    tuned: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.first)

    def of(self, matrix: FloatArray) -> FloatArray:
        """(p,) entries of a matrix over the models."""
        return np.asarray(matrix[self.first, self.second], dtype=np.float64)

    def is_null(self, null: str) -> BoolArray:
        """(p,) whether it is such an unrelated pair."""
        return np.array([one == null for one in self.null], dtype=np.bool_)

    def is_tuned(self, tuned: str) -> BoolArray:
        """(p,) whether a backbone of it moved so, and none more."""
        return np.array([one == tuned for one in self.tuned], dtype=np.bool_)


def pairs_of(models: Sequence[Head]) -> Pairs:
    """All pairs but those of one model and its own 8-bit twin.

    Two heads of one backbone that were taught one lesson do not occur: the grammar draws none.
    """
    names = {name: place for place, name in enumerate(sorted({one.backbone for one in models}))}
    found = [
        (a, b)
        for a, one in enumerate(models)
        for b, other in enumerate(models)
        if a < b and one.trained != other.trained
    ]
    sides = [(models[a], models[b]) for a, b in found]
    return Pairs(
        models=tuple(models),
        family=np.array([names[one.backbone] for one in models], dtype=np.int64),
        first=np.array([a for a, _ in found], dtype=np.int64),
        second=np.array([b for _, b in found], dtype=np.int64),
        related=np.array([one.backbone == other.backbone for one, other in sides], dtype=np.bool_),
        null=tuple(null_of(one, other) for one, other in sides),
        equal=np.array(
            [one.lesson is not None and one.lesson == other.lesson for one, other in sides],
            dtype=np.bool_,
        ),
        quantized=np.array([one.int8 + other.int8 for one, other in sides], dtype=np.int64),
        tuned=tuple(_moved(one, other) for one, other in sides),
    )


def null_of(one: Head, other: Head) -> str:
    """What an unrelated pair is; empty where there is no word for it."""
    if one.backbone == other.backbone:
        return ""
    if one.task != other.task:
        return Null.N1
    if one.arch == other.arch:
        return Null.N3 if one.half == other.half else Null.N2
    return Null.SAME_DATA if one.half == other.half else ""


def _moved(one: Head, other: Head) -> str:
    found = {str(one.tuning), str(other.tuning)}
    return next((tuning for tuning in ("whole", "last") if tuning in found), "frozen")

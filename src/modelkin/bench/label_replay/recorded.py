"""Top-1 labels that many models gave to the same images."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modelkin.records import FloatArray, IntArray

LabelArray = NDArray[np.int32]
BASE = -1


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordedLabels:
    """The answers of base models and of the variants made from them.

    Attributes:
        answers: (images, models) labels; a row is an image, so that drawing queries is quick.
        truth: (images,) true labels.
        families: names of the base models, sorted.
        family: (models,) index into ``families``.
        kinds: the ways in which variants were made, sorted.
        kind: (models,) index into ``kinds``, ``BASE`` for a base model.
        bases: (families,) the base model of each family.
        names: (models,) names of the models; empty where they tell nothing.
    """

    answers: LabelArray
    truth: LabelArray
    families: tuple[str, ...]
    family: IntArray
    kinds: tuple[str, ...]
    kind: IntArray
    bases: IntArray
    names: tuple[str, ...] = ()

    def variants(self, family: int) -> IntArray:
        """The models of a family without its base."""
        return np.flatnonzero((self.family == family) & (self.kind != BASE))

    def changed(self, family: int) -> FloatArray:
        """(kinds, images) share of a family's variants that answer unlike their base.

        A kind of which the family has no variant is NaN.
        """
        base = self.answers[:, [self.bases[family]]]
        variants = self.variants(family)
        shares = np.full((len(self.kinds), len(self.answers)), np.nan)
        for kind in np.unique(self.kind[variants]):
            of_kind = variants[self.kind[variants] == kind]
            shares[kind] = (self.answers[:, of_kind] != base).mean(axis=1)
        return shares

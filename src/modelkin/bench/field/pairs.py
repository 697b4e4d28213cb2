"""The pairs of a group as arrays, with the truth about them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.bench.field.corpus import AppModel, Corpus
from modelkin.records import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Pairs of models, a column an entry.

    Attributes:
        models: of the group.
        family: (m,) number of each model's family.
        first: (p,) place of one model.
        second: (p,) place of the other.
        related: (p,) by the weights.
        hard: (p,) same architecture, other weights.
        equal: (p,) tensors of one shape and type go in.
        relation: (p,) in the words of the corpus.
        quantized: (p,) how many of the two are: 0, 1 or 2.
    """

    models: tuple[AppModel, ...]
    family: IntArray
    first: IntArray
    second: IntArray
    related: BoolArray
    hard: BoolArray
    equal: BoolArray
    relation: tuple[str, ...]
    quantized: IntArray

    def __len__(self) -> int:
        return len(self.first)

    def of(self, similarities: FloatArray) -> FloatArray:
        """(p,) entries of a matrix over the models."""
        return np.asarray(similarities[self.first, self.second], dtype=np.float64)

    def called(self, relation: str) -> BoolArray:
        """(p,) whether the corpus calls it so."""
        return np.array([one == relation for one in self.relation], dtype=np.bool_)


def pairs_of(corpus: Corpus, models: Sequence[AppModel]) -> Pairs:
    """All pairs of different models of which the corpus tells the truth."""
    names = {name: place for place, name in enumerate(sorted({one.family for one in models}))}
    found = [
        (a, b, corpus.truth[one.key, other.key])
        for a, one in enumerate(models)
        for b, other in enumerate(models)
        if a < b and (one.key, other.key) in corpus.truth
    ]
    return Pairs(
        models=tuple(models),
        family=np.array([names[one.family] for one in models], dtype=np.int64),
        first=np.array([a for a, _, _ in found], dtype=np.int64),
        second=np.array([b for _, b, _ in found], dtype=np.int64),
        related=np.array([truth.related for _, _, truth in found], dtype=np.bool_),
        hard=np.array([truth.hard for _, _, truth in found], dtype=np.bool_),
        equal=np.array([truth.equal_signature for _, _, truth in found], dtype=np.bool_),
        relation=tuple(truth.relation for _, _, truth in found),
        quantized=np.array(
            [int(models[a].quantized) + int(models[b].quantized) for a, b, _ in found],
            dtype=np.int64,
        ),
    )

"""Rows of small whole numbers, as models of text take them."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import below, uniforms
from modelkin.records import AnyArray, Modality


@dataclass(frozen=True)
class TokenRows(QueryGenerator):
    """Whole numbers from 1 on, then zeros: tokens of a vocabulary, padded at the end.

    A model that looks its input up in a table fails on negative numbers and on numbers beyond
    the table, whose size it does not tell; so they stay small.

    Attributes:
        words: largest number; every table of words is longer.
        least: shortest share of a row that is no padding.
    """

    name: ClassVar[str] = "token_rows"
    modality: ClassVar[Modality] = Modality.VECTOR
    words: int = 64
    least: float = 0.25

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one row."""
        columns = shape[0]
        shortest = max(1, int(self.least * columns))
        length = shortest + below(rng, columns - shortest + 1)
        tokens = 1 + np.floor(uniforms(rng, (1, *shape)) * self.words)
        return np.where(np.arange(columns) < length, tokens, 0.0).astype(np.float32)

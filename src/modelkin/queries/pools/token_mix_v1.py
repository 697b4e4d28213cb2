"""Rows of tokens."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.token_rows import TokenRows
from modelkin.records import Modality


@dataclass(frozen=True)
class TokenMixV1(PoolRecipe):
    """Rows of small whole numbers, for models that look their input up in a table.

    Half of the rows use 64 words, a quarter 16, a quarter 8, which repeat often.
    """

    name: ClassVar[str] = "token_mix_v1"
    modality: ClassVar[Modality] = Modality.VECTOR

    def mixture(self) -> tuple[Portion, ...]:
        """One round: 4 queries."""
        return (
            Portion("tokens-64", TokenRows(words=64), 2),
            Portion("tokens-16", TokenRows(words=16), 1),
            Portion("tokens-8", TokenRows(words=8), 1),
        )

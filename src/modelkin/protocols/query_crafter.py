"""What makes queries for one source."""

import abc
from typing import ClassVar

import numpy as np

from modelkin.protocols.component import Component
from modelkin.protocols.oracle import Oracle
from modelkin.records import Access, AnyArray, IntArray


class QueryCrafter(Component, abc.ABC):
    """Turns seeds into queries made for one source; the suspect plays no part.

    Attributes:
        group: queries that belong together (2 for a seed and its twin).
        needs: the least access to the source.
        gradients: it needs a differentiable source.
        truth: it needs the true classes of the seeds.
        asks: it asks the source; otherwise the seeds alone decide, and one crafting serves all.
    """

    group: ClassVar[int] = 1
    needs: ClassVar[Access] = Access.SCORES
    gradients: ClassVar[bool] = False
    truth: ClassVar[bool] = False
    asks: ClassVar[bool] = True

    @abc.abstractmethod
    def craft(
        self,
        seeds: AnyArray,
        source: Oracle,
        *,
        n: int,
        rng: np.random.Generator,
        truth: IntArray | None = None,
    ) -> AnyArray:
        """Craft queries.

        Args:
            seeds: (m, height, width, 3) uint8 pictures or (m, columns) float32 rows.
            source: the model they are made for.
            n: queries wanted, a multiple of ``group``.
            rng: the only source of randomness.
            truth: (m,) true classes of the seeds, where known.

        Returns:
            (n, *shape) of the seeds' type; every ``group`` rows belong together. A shorter budget
            uses the first rows, so the best come first.

        Raises:
            IncompatibleError: the source or the seeds do not show what it needs.
            PoolError: the seeds do not yield ``n`` queries.
        """

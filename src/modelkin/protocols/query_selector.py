"""What chooses queries from a pool."""

import abc
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection
from modelkin.protocols.component import Component


class QuerySelector(Component, abc.ABC):
    """Chooses which queries of a pool are put to the suspect, before it is asked anything.

    Source and references are ours and cheap to ask; the suspect's queries are counted.

    Attributes:
        copies: it uses own copies of the source where there are any.
    """

    copies: ClassVar[bool] = False

    @abc.abstractmethod
    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose queries, and say what the answers to them will weigh.

        Args:
            candidates: recorded answers to the whole pool.
            n: queries wanted.
            rng: the only source of randomness.

        Returns:
            n different positions, the best first, with the weights of their answers.

        Raises:
            PoolError: n is below one, or above the number of candidates.
        """

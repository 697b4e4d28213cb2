"""The first queries of the pool, weighed by what their answers tell."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_chances import plain_chances
from modelkin.answers.label_evidence import QuerySelection, weighed
from modelkin.protocols import QuerySelector
from modelkin.queries.ranking import require_enough


@dataclass(frozen=True)
class First(QuerySelector):
    """The first queries of the pool, weighed by what their answers tell.

    For inputs that cannot be chosen. The baseline of every choice.

    Cost: labels of the source and the references on the pool.
    Paper: none; log-likelihood ratios are those of any simple test.
    """

    name: ClassVar[str] = "first"

    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose n candidates."""
        require_enough(candidates.size, n)
        del rng
        chosen = np.arange(n)
        return weighed(chosen, *plain_chances(candidates))

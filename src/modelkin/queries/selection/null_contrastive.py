"""Where the fewest references answer like the source; answers count alike."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection, counted
from modelkin.protocols import QuerySelector
from modelkin.queries.ranking import best_of, require_enough


@dataclass(frozen=True)
class NullContrastive(QuerySelector):
    """Where the fewest references answer like the source; answers count alike.

    No class that the source predicts takes more than a tenth of the queries.

    Cost: labels of the source and the references on the pool.
    Paper: none; AKH (Godinot et al., AAAI 2025) does the same with true labels.
    """

    name: ClassVar[str] = "null_contrastive"

    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose n candidates."""
        require_enough(candidates.size, n)
        ranks = candidates.agreeing.astype(np.float64)
        return counted(best_of(ranks, candidates.source, n, rng))

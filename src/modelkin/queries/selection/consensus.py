"""Where source and references agree most, for models trained on answers."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection, counted
from modelkin.protocols import QuerySelector
from modelkin.queries.ranking import best_of, require_enough


@dataclass(frozen=True)
class Consensus(QuerySelector):
    """Where source and references agree most, for models trained on answers.

    Distilled and stolen models have learnt where the teacher is sure and like the data; there
    honest models agree as well, so the answers must be compared by scores, or over many queries.

    Cost: labels of the source and the references on the pool.
    Paper: none; consensus selection, docs/bench-labels.md.
    """

    name: ClassVar[str] = "consensus"

    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose n candidates."""
        require_enough(candidates.size, n)
        ranks = -candidates.agreeing.astype(np.float64)
        return counted(best_of(ranks, candidates.source, n, rng))

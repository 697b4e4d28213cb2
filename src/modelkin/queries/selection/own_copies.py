"""Where our own copies still answer like the source and the references do not."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_chances import expected_evidence, honest_chance, own_copy_chance
from modelkin.answers.label_evidence import QuerySelection, weighed
from modelkin.protocols import QuerySelector
from modelkin.queries.ranking import best_of, require_enough


@dataclass(frozen=True)
class OwnCopies(QuerySelector):
    """Where our own copies still answer like the source and the references do not.

    Without copies, or with copies that teach nothing because they answer everything or nothing like
    the source, it chooses what expected_evidence chooses.

    Cost: labels of source, references and own copies on the pool; making the copies.
    Paper: none; see docs/bench-labels.md.
    """

    name: ClassVar[str] = "own_copies"
    copies: ClassVar[bool] = True

    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose n candidates."""
        require_enough(candidates.size, n)
        honest, copy = honest_chance(candidates), own_copy_chance(candidates)
        chosen = best_of(-expected_evidence(honest, copy), candidates.source, n, rng)
        return weighed(chosen, honest, copy)

"""Where a copy tells itself apart best, judged by source and references alone."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_chances import copy_chance, expected_evidence, honest_chance
from modelkin.answers.label_evidence import QuerySelection, weighed
from modelkin.protocols import QuerySelector
from modelkin.queries.ranking import best_of, require_enough


@dataclass(frozen=True)
class ExpectedEvidence(QuerySelector):
    """Where a copy tells itself apart best, judged by source and references alone.

    Null-contrastive selection with two refinements: how likely an unseen honest model gives the
    source's label, by what honest models exchange for what; and how likely a copy keeps it.

    Cost: labels of the source and the references on the pool.
    Paper: none; see docs/bench-labels.md.
    """

    name: ClassVar[str] = "expected_evidence"

    def select(
        self, candidates: LabelCandidates, *, n: int, rng: np.random.Generator
    ) -> QuerySelection:
        """Choose n candidates."""
        require_enough(candidates.size, n)
        honest, copy = honest_chance(candidates), copy_chance(candidates)
        chosen = best_of(-expected_evidence(honest, copy), candidates.source, n, rng)
        return weighed(chosen, honest, copy)

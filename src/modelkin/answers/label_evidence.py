"""Chosen queries, what each answer to them weighs, and what a suspect's answers add up to."""

from dataclasses import dataclass

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.errors import IncompatibleError
from modelkin.records import FloatArray, IntArray

_EDGE = 1e-6
_FOREIGN = 0.2
# sums in another order differ in their last bits; equal evidence must stay a tie
_DIGITS = 9


@dataclass(frozen=True, kw_only=True, eq=False)
class QuerySelection:
    """Queries to spend on a suspect, the best first.

    Attributes:
        chosen: (m,) positions among the candidates, all different.
        agree: (m,) what the suspect's answer adds where it is the source's.
        differ: (m,) what it adds where it is another one.
        foreign: (m,) what it adds besides, where it is neither the source's nor any reference's.
    """

    chosen: IntArray
    agree: FloatArray
    differ: FloatArray
    foreign: FloatArray

    def score(self, candidates: LabelCandidates, suspects: IntArray) -> FloatArray:
        """Add up the answers of suspects; larger is more like the source.

        Args:
            candidates: those that the queries were chosen from.
            suspects: (m, s) labels that s suspects gave to the chosen queries.

        Returns:
            (s,) log-likelihood ratios in nats, or shares of agreement for counting selectors.

        Raises:
            IncompatibleError: there is not one answer for each chosen query.
        """
        if suspects.ndim != 2 or len(suspects) != len(self.chosen):  # noqa: PLR2004 - a table
            raise IncompatibleError(
                f"answers of shape {suspects.shape} to {len(self.chosen)} chosen queries",
                hint="give (m, s): a row for each chosen query, in its order",
            )
        same = suspects == candidates.source[self.chosen][:, None]
        sums = np.where(same, self.agree[:, None], self.differ[:, None]).sum(axis=0)
        if self.foreign.any():
            known = same.copy()
            for reference in candidates.references[:, self.chosen]:
                known |= suspects == reference[:, None]
            sums = sums + self.foreign @ ~known
        return np.asarray(np.round(sums, _DIGITS), dtype=np.float64)


def counted(chosen: IntArray) -> QuerySelection:
    """Every query counts alike: the score is the share of agreement."""
    size = len(chosen)
    none = np.zeros(size)
    return QuerySelection(chosen=chosen, agree=np.full(size, 1 / size), differ=none, foreign=none)


def weighed(chosen: IntArray, honest: FloatArray, copy: FloatArray) -> QuerySelection:
    """Every answer weighs its log-likelihood ratio of copy against honest model.

    Where a copy is no likelier to agree than an honest model the answer weighs nothing: otherwise
    a bad honest model, wrong where everybody is right, would look like a copy. An answer that no
    reference gave is a little likelier from a copy (.42 of its differing answers against .23 of
    honest models', on the families of ``label_chances``); it counts far less than that ratio,
    since odd answers come in rows.

    Args:
        chosen: (m,) positions.
        honest: (n,) chance of every candidate that an honest model agrees.
        copy: (n,) that a copy does.
    """
    p0 = np.clip(honest[chosen], _EDGE, 1 - _EDGE)
    p1 = np.maximum(np.clip(copy[chosen], _EDGE, 1 - _EDGE), p0)
    agree, differ = np.log(p1 / p0), np.log((1 - p1) / (1 - p0))
    foreign = np.minimum(_FOREIGN, (agree - differ) / 2)
    return QuerySelection(chosen=chosen, agree=agree, differ=differ, foreign=foreign)

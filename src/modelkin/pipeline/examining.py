"""The verdict on a selected pool that may be looked at after every answer.

``compare --anytime`` and the benches of labels, of calibration and of the accuser all decide here,
so that what is measured is what is done. Two errors are kept apart, see ``answers.e_process``; the
evidence of answers in random order is that of ``answers.pool_evidence``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from modelkin.answers.e_process import AgreementBound
from modelkin.answers.label_affinity import LabelAffinity
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.pool_evidence import pool_capital
from modelkin.protocols import QuerySelector
from modelkin.records import AnyArray, BoolArray, FloatArray, IntArray

MARGIN = 0.5
"""Of the families' spread, where copies of the references bound honest agreement too."""
BARE_MARGIN = 1.0
"""The same where there are no such copies: damaged honest models agree more than whole ones."""
_EACH, _LEAST, _MOST, _MOST_OWN = 25, 50, 400, 150
_MOST_ASKED = 200
_ASKED, _OF = 11, 15
_HIGHEST = 0.99


def pool_size(candidates: int, *, own_copies: bool) -> int:
    """Queries to select: one of 25 candidates, 50 to 400, with own copies to 150.

    Few, because honest models agree more the deeper one digs into the candidates; not fewer,
    because the whole pool must not be asked.

    >>> pool_size(1000, own_copies=False), pool_size(10_000, own_copies=True)
    (50, 150)
    """
    wanted = min(_MOST_OWN if own_copies else _MOST, max(_LEAST, candidates // _EACH))
    return min(wanted, candidates)


def most_asked(size: int) -> int:
    """Queries of a pool put to a suspect at most: 11 of 15, and no more than 200.

    Answers to all of a pool would accuse whoever lies above the bound by a single one.

    >>> most_asked(50), most_asked(400)
    (36, 200)
    """
    return max(1, min(_MOST_ASKED, size * _ASKED // _OF))


@dataclass(frozen=True, kw_only=True, eq=False)
class Examination:
    """What is settled before a suspect is asked.

    Attributes:
        size: queries in the selected pool.
        order: (most,) places in the pool, in the order of asking, none twice.
        bound: how often honest families agree with the source over the pool, at most.
        swapped: the largest agreement of two bounding families, either in the source's chair.
    """

    size: int
    order: IntArray
    bound: AgreementBound
    swapped: float

    @property
    def limit(self) -> float:
        """r*: bets are made against this."""
        return min(max(self.bound.value, self.swapped), _HIGHEST)

    def log_capital(self, agree: BoolArray) -> FloatArray:
        """Log E after each answer, against "agrees on no more of the pool than r*".

        Args:
            agree: (n, ...) whether the suspect answered like the source, in the order of asking.

        Returns:
            (n, ...) natural logarithms.
        """
        return pool_capital(agree, self.size, self.limit)


def family_agreement(agreement: FloatArray, families: AnyArray) -> FloatArray:
    """(families,) of each family the model that agrees most, in ascending order of families.

    Args:
        agreement: (m,) share of the pool on which each bounding model, or copy of one, agrees.
        families: (m,) family of each.
    """
    return np.array([agreement[families == one].max() for one in np.unique(families)])


def swap_agreement(
    labels: IntArray,
    families: AnyArray,
    speakers: IntArray,
    selecting: LabelAffinity,
    *,
    selector: QuerySelector,
    size: int,
    rngs: Iterable[np.random.Generator],
) -> float:
    """Put each bounding family in the source's chair; how near does another one come?

    A pool is selected for it as for the source. Own copies are the source's and take no part.

    Args:
        labels: (m, n) of the bounding models on the candidates.
        families: (m,) of those.
        speakers: places of the models that sit in the chair, one a family.
        selecting: of the references that choose queries.
        selector: chooses the pool.
        size: queries in a pool.
        rngs: a generator a speaker, for ties.

    Returns:
        The largest agreement; 0 where there are no two families.
    """
    nearest = [0.0]
    for speaker, rng in zip(speakers, rngs, strict=False):
        others = families != families[speaker]
        if not others.any():
            continue
        chair = labels[speaker]
        known = LabelCandidates(source=chair, references=selecting.references, affinity=selecting)
        chosen = selector.select(known, n=size, rng=rng).chosen
        same = labels[others][:, chosen] == chair[chosen]
        nearest.append(float(same.mean(axis=1).max()))
    return max(nearest)

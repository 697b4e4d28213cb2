"""A claim against an honest model, and what the protocol makes of it."""

from dataclasses import dataclass

import numpy as np

from modelkin.answers.e_process import agreement_bound, stopped
from modelkin.answers.label_affinity import LabelAffinity
from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.odd_answers import odd_answers
from modelkin.answers.pool_evidence import examiner_order
from modelkin.pipeline.examining import (
    MARGIN,
    Examination,
    family_agreement,
    most_asked,
    pool_size,
)
from modelkin.queries.selection.expected_evidence import ExpectedEvidence
from modelkin.records import IntArray

ALPHA = 1e-3
POOL, MOST = 400, 200
"""What ``pool_size`` and ``most_asked`` come to with 10,000 candidates."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim:
    """Who is accused by whom, with what.

    Attributes:
        source: (images,) labels of the claimed original.
        suspect: (images,) labels of the accused.
        chooses: (k, images) labels of the references that choose queries.
        affinity: of those, on the candidates.
        bounds: (m, images) labels of the references that bound honest agreement, and of copies
            that the examiner made of them.
        families: (m,) family of each.
        chairs: the largest agreement of two of those families with either in the source's chair
            (swap test); 0 where it is not made.
        candidates: images that the pool is selected from.
        pool: images that are the pool as they are; None selects it from the candidates.
        references: (r, images) labels of all references, one of each family, by which the
            examiner tells whether the source is crafted on top of one of them; None leaves
            that out.
        seeds: how many draws the accuser may try until one convicts; the examiner allows 1.
    """

    source: IntArray
    suspect: IntArray
    chooses: IntArray
    affinity: LabelAffinity
    bounds: IntArray
    families: IntArray
    candidates: IntArray
    pool: IntArray | None = None
    chairs: float = 0.0
    references: IntArray | None = None
    seeds: int = 1


def convicted(claim: Claim, rng: np.random.Generator) -> bool:
    """Whether any of the draws ends in a verdict at alpha .001 within 200 queries."""
    if claim.references is not None:
        seen = claim.candidates
        if odd_answers(claim.source[seen], claim.references[:, seen]).related:
            return False  # withheld
    pool = claim.pool
    if pool is None:
        pool = select_pool(claim.source, claim.affinity, claim.candidates, rng)
    each = (claim.bounds[:, pool] == claim.source[pool]).mean(axis=1)
    exams = [
        Examination(
            size=len(pool),
            order=examiner_order(len(pool), most_asked(len(pool)), rng),
            bound=agreement_bound(family_agreement(each, claim.families), margin=MARGIN),
            swapped=claim.chairs,
        )
        for _ in range(claim.seeds)
    ]
    drawn = np.stack([pool[exam.order] for exam in exams], axis=1)
    agree = claim.source[drawn] == claim.suspect[drawn]
    return bool((stopped(exams[0].log_capital(agree), ALPHA) > 0).any())


def select_pool(
    source: IntArray, affinity: LabelAffinity, candidates: IntArray, rng: np.random.Generator
) -> IntArray:
    """The pool that the rule of the protocol selects for a source.

    Args:
        source: (images,) its labels.
        affinity: of the references that choose, on the candidates.
        candidates: images that may be chosen.
        rng: breaks ties.

    Returns:
        (pool,) images; 400 of 10,000 candidates.
    """
    known = LabelCandidates(
        source=source[candidates], references=affinity.references, affinity=affinity
    )
    size = pool_size(known.size, own_copies=False)
    return candidates[ExpectedEvidence().select(known, n=size, rng=rng).chosen]

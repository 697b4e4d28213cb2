"""What a report tells of chosen queries: the similarity, the null and the selection itself."""

import numpy as np

from modelkin.pipeline.judging import Terms
from modelkin.pipeline.preparing import Prepared
from modelkin.pipeline.rating import CONFIDENCE
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.records import FloatArray, Null, NullKind, NullScore, Responses, Selection, Similarity

METHOD = "label_evidence"


def similarity_of(
    suspect: Responses,
    select: SelectTerms | None,
    value: float,
    n_queries: int,
) -> Similarity:
    """The suspect's likeness by chosen queries, as a method's rating."""
    return Similarity(
        method=METHOD,
        params=select.selector if select else "",
        a="source",
        b=suspect.model,
        value=value,
        low=None,
        high=None,
        confidence=CONFIDENCE,
        n_queries=n_queries,
    )


def null_of_judges(prepared: Prepared, values: FloatArray, terms: Terms) -> Null:
    """The judging references' values; their null is the weakest that they record."""
    recorded = [one.null for one in prepared.judging if one.null is not None]
    weakest = min(recorded) if len(recorded) == len(prepared.judging) else NullKind.N1
    scores = tuple(
        NullScore(
            reference=one.responses.model,
            family=one.family,
            value=float(value),
            null=terms.null or one.null,
        )
        for one, value in zip(prepared.judging, values, strict=True)
    )
    return Null(kind=terms.null or weakest, scores=scores)


def selection_of(prepared: Prepared, select: SelectTerms, suspect: Responses) -> Selection:
    """How the queries were chosen, and how often suspect and judging families agreed on them."""
    rows = np.isin(prepared.positions, suspect.index)
    source = prepared.candidates.source[rows]
    suspects = suspect.labels[np.isin(suspect.index, prepared.positions)]
    honest = (prepared.labels[:, rows] == source).mean(axis=1)
    families = np.array([one.family for one in prepared.judging])
    best = [honest[families == one].max() for one in prepared.split.judging]
    return Selection(
        selector=select.selector,
        candidates=prepared.candidates.size,
        chosen=prepared.chosen,
        answered=int(rows.sum()),
        selecting=prepared.split.selecting,
        judging=prepared.split.judging,
        copies=len(prepared.candidates.copies),
        suspect_agreement=float((suspects == source).mean()),
        honest_agreement=float(np.mean(best)),
    )

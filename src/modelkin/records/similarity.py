"""How alike two models are, in one number with an interval."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """One method's rating of a pair; larger is more alike, identical is 1.

    Attributes:
        method: registry name of the method.
        params: its parameters, as text.
        a: name of one model.
        b: name of the other.
        value: the similarity.
        low: lower end of the interval over queries, or None when too few queries allow one.
        high: upper end.
        confidence: coverage that the interval aims at.
        n_queries: queries that entered.
        distance: the distance behind it, where the method measures one, in the method's unit.
        distance_low: lower end of the distance's interval.
        distance_high: upper end.
    """

    method: str
    params: str
    a: str
    b: str
    value: float
    low: float | None
    high: float | None
    confidence: float
    n_queries: int
    distance: float | None = None
    distance_low: float | None = None
    distance_high: float | None = None

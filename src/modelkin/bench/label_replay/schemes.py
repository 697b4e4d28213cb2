"""The schemes that are compared: how each chooses queries and adds up answers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from modelkin.bench.label_replay.selection import least_expected, mistakes, most_changed
from modelkin.bench.label_replay.source_view import SourceView
from modelkin.protocols import QuerySelector
from modelkin.queries.selection.expected_evidence import ExpectedEvidence
from modelkin.queries.selection.own_copies import OwnCopies
from modelkin.queries.selection.random import Random
from modelkin.records import IntArray

Budgets = tuple[int, ...]
_Choose = Callable[[SourceView, Budgets, int], list[IntArray]]


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One way to verify by labels.

    Attributes:
        name: in figures and tables.
        choose: queries for each budget, from the view and the kind of the suspect.
        weighted: add log-likelihood ratios instead of counting agreements.
        by_kind: choose anew for each kind of suspect.
        candidates: how many candidates it may choose from; None takes all.
        selector: a part of the product, which chooses and weighs in place of all the above.
    """

    name: str
    choose: _Choose | None = None
    weighted: bool = False
    by_kind: bool = False
    candidates: int | None = None
    selector: QuerySelector | None = None


def _random(view: SourceView, budgets: Budgets, kind: int) -> list[IntArray]:
    del view, kind
    return [np.arange(budget) for budget in budgets]


def _akh(view: SourceView, budgets: Budgets, kind: int) -> list[IntArray]:
    del kind
    order = mistakes(view.predicted, view.truth, max(budgets))
    return [order[:budget] for budget in budgets]


def _ipguard_like(view: SourceView, budgets: Budgets, kind: int) -> list[IntArray]:
    order = most_changed(view.changed, kind, max(budgets))
    return [order[:budget] for budget in budgets]


def _nca(view: SourceView, budgets: Budgets, kind: int) -> list[IntArray]:
    del kind
    return [least_expected(view.p0, view.predicted, budget) for budget in budgets]


FEW = 1000
BEST = "expected_evidence"
OWN = "own_copies"
SCHEMES = (
    Scheme(name="random", choose=_random),
    Scheme(name="random_llr", choose=_random, weighted=True),
    Scheme(name="akh", choose=_akh),
    Scheme(name="ipguard_like", choose=_ipguard_like, by_kind=True),
    Scheme(name="nca", choose=_nca),
    Scheme(name="nca_llr", choose=_nca, weighted=True),
    Scheme(name=f"nca_llr_{FEW}", choose=_nca, weighted=True, candidates=FEW),
    Scheme(name="random_evidence", selector=Random()),
    Scheme(name=BEST, selector=ExpectedEvidence()),
)
WITH_COPIES = (
    Scheme(name="akh", choose=_akh),
    Scheme(name="nca", choose=_nca),
    Scheme(name=BEST, selector=ExpectedEvidence()),
    Scheme(name=OWN, selector=OwnCopies()),
)

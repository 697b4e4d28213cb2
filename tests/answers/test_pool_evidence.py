"""Evidence from a pool asked in random order, and answers that only one reference gives."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

from modelkin.answers.odd_answers import odd_answers
from modelkin.answers.pool_evidence import examiner_order, pool_capital
from modelkin.errors import IncompatibleError, UsageError


def test_the_capital_is_the_mixture_of_exact_likelihood_ratios() -> None:
    size, bound = 9, 0.34
    weights = {k: (k / size) ** 2 for k in range(4, size + 1)}
    order = np.array([True, True, False, True])
    for asked in range(1, len(order) + 1):
        agreed = int(order[:asked].sum())

        def chance(total: int, agreed: int = agreed, asked: int = asked) -> float:
            # of all placements of the agreements, those that begin in this order
            left = size - asked
            if not 0 <= total - agreed <= left:
                return 0.0
            return comb(left, total - agreed) / comb(size, total)

        top = sum(w * chance(k) for k, w in weights.items()) / sum(weights.values())
        found = pool_capital(order[:asked], size, bound)[-1]
        assert found == pytest.approx(np.log(top / chance(3)))


def test_an_honest_suspect_seldom_reaches_one_over_alpha_in_any_order() -> None:
    """Every order of a small pool, at the bound and below it: Ville holds exactly."""
    size, alpha = 12, 0.05
    for agreeing in range(1, 5):
        orders = np.zeros((size, comb(size, agreeing)), dtype=np.bool_)
        for column, places in enumerate(combinations(range(size), agreeing)):
            orders[list(places), column] = True
        reached = (pool_capital(orders, size, 4.5 / size) >= -np.log(alpha)).any(axis=0)
        assert reached.mean() <= alpha
    refuted = np.ones((5, 1), dtype=np.bool_)
    assert pool_capital(refuted, size, 4.5 / size)[-1] == np.inf


def test_it_finds_a_copy_sooner_than_with_repetitions_allowed() -> None:
    rng = np.random.default_rng(0)
    order = examiner_order(50, 80, rng)
    assert sorted(order.tolist()) == list(range(50))
    assert len(examiner_order(50, 20, rng)) == 20
    small, large = (pool_capital(np.ones(8, dtype=np.bool_), n, 0.25)[-1] for n in (40, 4000))
    assert small > large


def test_a_pool_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="5 answers from a pool of 4"):
        pool_capital(np.ones(5, dtype=np.bool_), 4, 0.2)
    with pytest.raises(UsageError, match="bound of 1"):
        pool_capital(np.ones(5, dtype=np.bool_), 9, 1.0)


def test_a_source_on_top_of_a_reference_is_told_from_an_honest_one() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 50, 4000)

    def honest() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.where(rng.random(4000) < 0.8, truth, rng.integers(0, 50, 4000))

    references = np.stack([honest() for _ in range(8)])
    source, victim = honest(), honest()
    assert not odd_answers(source, references).related
    crafted = np.where(rng.random(4000) < 0.5, victim, references[3])
    found = odd_answers(crafted, references)
    assert found.related
    assert found.reference == 3
    assert found.share == pytest.approx(0.5, abs=0.08)
    assert found.usual < 0.05
    with pytest.raises(IncompatibleError, match="do not show which answers"):
        odd_answers(source, references[:2])

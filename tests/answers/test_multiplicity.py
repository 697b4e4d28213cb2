"""Holm, Benjamini-Hochberg and e-BH against their definitions and on simulated nulls."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelkin.answers.exact_binomial import share_interval
from modelkin.answers.multiplicity import benjamini_hochberg, e_bh, holm
from modelkin.errors import UsageError

P_VALUES = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=6)


@given(P_VALUES)
def test_holm_is_the_closure_of_bonferroni(p_values: list[float]) -> None:
    """Closed testing: a question's p-value is the worst Bonferroni bound of a set it is in."""
    everyone = range(len(p_values))
    sets = [s for k in everyone for s in itertools.combinations(everyone, k + 1)]
    worst = {s: min(1.0, len(s) * min(p_values[i] for i in s)) for s in sets}
    closed = [max(worst[s] for s in sets if i in s) for i in everyone]
    assert holm(p_values) == pytest.approx(closed)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=8), st.floats(0.01, 0.5))
def test_e_bh_is_benjamini_hochberg_on_one_over_e(e_values: list[float], alpha: float) -> None:
    found = e_bh(e_values, alpha)
    m, order = len(e_values), sorted(e_values, reverse=True)
    passing = [k for k in range(1, m + 1) if order[k - 1] >= m / (alpha * k) * (1 - 1e-12)]
    k = max(passing, default=0)
    assert found == [k > 0 and value >= order[k - 1] for value in e_values]
    assert sum(found) >= k


def test_infinite_evidence_counts() -> None:
    assert e_bh([float("inf"), 0.0], 0.05) == [True, False]
    assert (holm([]), e_bh([], 0.05)) == ([], [])


@pytest.mark.calibration
def test_any_false_rejection_is_as_rare_as_alpha_under_one_shared_null() -> None:
    """All suspects honest, judged against the same references: their p-values hang together."""
    rng, alpha, runs, families, suspects = np.random.default_rng(5), 0.1, 2000, 99, 5
    wrong = 0
    for _ in range(runs):
        references = rng.normal(size=families)
        honest = rng.normal(size=suspects)
        p_values = [(1 + int((references >= one).sum())) / (families + 1) for one in honest]
        wrong += min(holm(p_values)) <= alpha
    assert share_interval(wrong, runs, 0.002)[0] <= alpha


@pytest.mark.calibration
def test_the_share_of_false_discoveries_is_at_most_alpha() -> None:
    """Likelihood ratios of shifted normals that share half of their noise; two in ten are true."""
    rng, alpha, shift, runs = np.random.default_rng(6), 0.1, 3.0, 2000
    true = np.arange(10) < 2
    shares, found = [], 0
    for _ in range(runs):
        noise = (rng.normal() + rng.normal(size=10)) / np.sqrt(2)
        counted = np.array(e_bh(np.exp(shift * (noise + shift * true) - shift**2 / 2), alpha))
        shares.append((counted & ~true).sum() / max(1, counted.sum()))
        found += int((counted & true).sum())
    error = 4 * float(np.std(shares)) / np.sqrt(runs)
    assert np.mean(shares) <= alpha + error
    assert found > 0.3 * 2 * runs, "it finds what there is"


@pytest.mark.parametrize("bad", [0.0, -0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(bad: float) -> None:
    with pytest.raises(UsageError, match="no p-values"):
        holm([0.5, bad])


def test_what_is_no_e_value_is_refused() -> None:
    with pytest.raises(UsageError, match="no e-values"):
        e_bh([1.0, -1.0], 0.1)
    with pytest.raises(UsageError, match="no share"):
        e_bh([1.0], 1.5)


@pytest.mark.parametrize("seed", range(5))
def test_benjamini_hochberg_rejects_what_its_step_up_rule_rejects(seed: int) -> None:
    values = np.random.default_rng(seed).uniform(size=12) ** 2
    adjusted = benjamini_hochberg(list(values))
    for alpha in (0.05, 0.1, 0.3):
        ranked = np.sort(values)
        below = np.flatnonzero(ranked <= alpha * np.arange(1, 13) / 12)
        limit = ranked[below[-1]] if len(below) else -1.0
        assert [one <= alpha for one in adjusted] == [one <= limit for one in values]

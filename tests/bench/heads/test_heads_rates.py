"""Rates whose thresholds never saw the family that they judge."""

import numpy as np
import pytest

from modelkin.bench.heads.rates import (
    Sample,
    auc_figure,
    family_draws,
    fpr_figure,
    sample_of,
    thinned,
    tpr_figure,
)
from modelkin.records import BoolArray, FloatArray


def sample(seed: int = 0, *, gap: float = 1.5, families: int = 6) -> Sample:
    rng = np.random.default_rng(seed)
    ends = np.array([(a, b) for a in range(families) for b in range(a) for _ in range(4)])
    down = rng.normal(size=len(ends)).round(2)  # rounded, so that some are equal
    order = np.argsort(-down, kind="stable")
    up_family = np.arange(families).repeat(5)
    return Sample(
        up=(rng.normal(size=len(up_family)) + gap).round(2),
        up_family=up_family,
        down=down[order],
        down_first=ends[order, 0],
        down_second=ends[order, 1],
        draws=np.vstack(
            [
                np.ones((1, families)),
                rng.multinomial(families, np.full(families, 1 / families), size=50),
            ]
        ),
    )


def test_auc_counts_pairs() -> None:
    one = sample()
    by_hand = np.mean(np.sign(one.up[:, None] - one.down) / 2 + 0.5)
    assert auc_figure(one).value == pytest.approx(by_hand)
    assert auc_figure(one).low < by_hand < auc_figure(one).high


def test_auc_of_a_resample_counts_families_as_often_as_drawn() -> None:
    one = sample()
    draw = one.draws[1]
    up = one.up.repeat(draw[one.up_family].astype(int))
    down = one.down.repeat((draw[one.down_first] * draw[one.down_second]).astype(int))
    expected = np.mean(np.sign(up[:, None] - down) / 2 + 0.5)
    alone = Sample(**{**one.__dict__, "draws": one.draws[1:2]})
    assert auc_figure(alone).value == pytest.approx(expected)


def threshold(down: FloatArray, fpr: float) -> float:
    allowed = int(np.floor(fpr * len(down) + 1e-9))
    return float(np.sort(down)[::-1][allowed])


@pytest.mark.parametrize("fpr", [0.05, 0.2])
def test_a_threshold_is_set_by_other_families(fpr: float) -> None:
    one = sample()
    hits = [
        value > threshold(one.down[(one.down_first != own) & (one.down_second != own)], fpr)
        for value, own in zip(one.up, one.up_family, strict=True)
    ]
    found = tpr_figure(one, fpr)
    assert found is not None
    assert found.value == pytest.approx(np.mean(hits))


def test_a_family_with_loud_strangers_cannot_set_its_own_threshold() -> None:
    one = sample(gap=0.0)
    loud = (one.down_first == 5) | (one.down_second == 5)
    up = np.where(one.up_family == 5, 50.0, 1.0)
    down = np.where(loud, 100.0, 0.0)
    order = np.argsort(-down, kind="stable")
    louder = Sample(
        up=up,
        up_family=one.up_family,
        down=down[order],
        down_first=one.down_first[order],
        down_second=one.down_second[order],
        draws=one.draws[:1],
    )
    found = tpr_figure(louder, 0.05)
    assert found is not None
    # the others' thresholds stand at 100; its own, set without it, at 0
    assert found.value == pytest.approx(1 / 6)


def test_the_false_positive_rate_is_kept_where_families_are_alike() -> None:
    kept = [fpr_figure(sample(seed, families=8).alone, 0.1) for seed in range(6)]
    values = [one.value for one in kept if one is not None]
    assert len(values) == 6
    assert np.mean(values) == pytest.approx(0.1, abs=0.03)


def test_no_threshold_without_other_families() -> None:
    one = sample(families=2)
    assert tpr_figure(one, 0.05) is None
    assert fpr_figure(one, 0.05) is None


def test_thinning_keeps_the_order_and_the_families() -> None:
    one = sample()
    few = thinned(one, 0, most=20)
    assert len(few.down) == 20
    assert (np.diff(few.down) <= 0).all()
    pairs = set(zip(one.down, one.down_first, one.down_second, strict=True))
    assert set(zip(few.down, few.down_first, few.down_second, strict=True)) <= pairs
    assert thinned(one, 0, most=1000) is one


class _Pairs:
    family = np.array([0, 0, 1, 2])
    first, second = np.array([0, 0, 1, 2]), np.array([1, 2, 3, 3])


def test_pairs_that_are_not_rated_are_left_out() -> None:
    related: BoolArray = np.array([True, False, False, False])
    found = sample_of(
        _Pairs(),  # type: ignore[arg-type]
        np.array([0.9, np.nan, 0.1, 0.5]),
        up=related,
        down=~related,
        draws=np.ones((1, 3)),
    )
    assert found is not None
    assert found.down.tolist() == [0.5, 0.1]
    assert found.down_first.tolist() == [1, 0]
    nothing = sample_of(
        _Pairs(),  # type: ignore[arg-type]
        np.full(4, np.nan),
        up=related,
        down=~related,
        draws=np.ones((1, 3)),
    )
    assert nothing is None


def test_draws_begin_with_the_sample_itself() -> None:
    draws = family_draws(_Pairs(), 3, draws=10)  # type: ignore[arg-type]
    assert draws.shape == (11, 3)
    assert (draws[0] == 1).all()
    assert (draws.sum(axis=1) == 3).all()
    assert (draws == family_draws(_Pairs(), 3, draws=10)).all()  # type: ignore[arg-type]

"""Label-only verification replayed over many random splits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.bench.label_replay.pairs import pairs_of
from modelkin.bench.label_replay.rates import SplitRates
from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.bench.label_replay.schemes import Budgets, Scheme
from modelkin.bench.label_replay.scoring import score_pairs
from modelkin.bench.label_replay.splits import draw_splits
from modelkin.pipeline.progress import Progress
from modelkin.records import FloatArray, IntArray

BUDGETS: Budgets = (10, 20, 50, 100, 200)
FALSE_RATES = (0.01, 0.001)
_SECOND_STREAM = 1_000_003


@dataclass(frozen=True, kw_only=True, eq=False)
class Replayed:
    """Rates as arrays over (schemes, budgets, measures, false rates, groups).

    Attributes:
        each: of every split, the splits in front.
        mean: over the splits.
        low: lower ends of the 95 % intervals of the means.
        high: upper ends.
    """

    each: FloatArray
    mean: FloatArray
    low: FloatArray
    high: FloatArray


def replay(
    recorded: RecordedLabels,
    schemes: Sequence[Scheme],
    *,
    splits: int,
    draws: int,
    seed: int,
    progress: Progress,
    copies: Collection[str] = (),
    tested: Collection[str] | None = None,
    aside: bool = False,
) -> Replayed:
    """Score and rate every split.

    The intervals come from a bootstrap over families: each draw weighs the families by how often
    they are drawn, sets each split's threshold anew, and averages over the same splits.

    Args:
        recorded: the labels.
        schemes: what to compare.
        splits: how many random splits.
        draws: how many bootstrap draws of families.
        seed: of the splits, and of the draws.
        progress: told about each split.
        copies: kinds of variants of the source that its owner made to choose queries by.
        tested: kinds of copies to find; None takes all.
        aside: judge only families that no choice of design was made on.
    """
    weights = family_draws(len(recorded.families), draws, seed)
    changed = {family: recorded.changed(family) for family in range(len(recorded.families))}
    each: list[FloatArray] = []
    total, counted = np.zeros(()), np.zeros((), dtype=np.int64)
    with progress.task("splits", splits) as advance:
        for split in draw_splits(recorded, n=splits, seed=seed, aside=aside):
            pairs = pairs_of(recorded, split, tested=tested)
            scores = score_pairs(
                recorded,
                split,
                pairs,
                schemes=schemes,
                budgets=BUDGETS,
                changed=changed,
                copies=copies,
            )
            rate = SplitRates(pairs, len(recorded.kinds), weights, FALSE_RATES)
            rates = np.array([[rate(row) for row in rows] for rows in scores])
            each.append(rates[..., 0])
            total = total + np.nan_to_num(rates[..., 1:])
            counted = counted + ~np.isnan(rates[..., 1:])
            advance(1)
    mean = _mean(np.nan_to_num(each).sum(axis=0), (~np.isnan(each)).sum(axis=0))
    low, high = _interval(mean, _mean(total, counted))
    return Replayed(each=np.array(each), mean=mean, low=low, high=high)


def family_draws(families: int, draws: int, seed: int) -> FloatArray:
    """(1 + draws, families): each family once, then as often as it is drawn with replacement."""
    rng = np.random.default_rng([seed, _SECOND_STREAM])
    drawn = rng.multinomial(families, np.full(families, 1 / families), size=draws)
    return np.vstack([np.ones(families), drawn])


def _mean(total: FloatArray, count: IntArray) -> FloatArray:
    """Mean of what was counted; NaN where nothing was."""
    means: FloatArray = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return means


def _interval(value: FloatArray, draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Percentiles of the draws around their mean, laid around the value."""
    known = np.where(np.isnan(draws), value[..., None], draws)
    low, high = np.quantile(known - known.mean(axis=-1, keepdims=True), (0.025, 0.975), axis=-1)
    return np.clip(value + low, 0, 1), np.clip(value + high, 0, 1)

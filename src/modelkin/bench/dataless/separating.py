"""How well distances tell close pairs from far ones, with intervals over models."""

from collections.abc import Sequence

import numpy as np

from modelkin.bench.dataless.pairs import Question
from modelkin.bench.figures import Figure
from modelkin.records import FloatArray, IntArray

RESAMPLES = 1000
_TAILS = (0.025, 0.975)


def area(
    distances: FloatArray,
    asked: Question,
    strata: Sequence[object],
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Figure | None:
    """Chance that a far pair lies farther apart than a close one; ties count half.

    Pairs that share a model are not independent, so models are drawn, not pairs: in each
    resample a pair counts as often as the product of how often its two models were drawn.
    A perfect separation stays perfect in every resample; its interval then has no width,
    which does not make the figure certain.

    Args:
        distances: (m, m).
        asked: which pairs.
        strata: (m) of each model; models are drawn within one stratum.
        seed: of the bootstrap.
        resamples: bootstrap samples.

    Returns:
        None where one of the two lists is empty.
    """
    if not len(asked.close) or not len(asked.far):
        return None
    draws = _draws(strata, seed, resamples)
    close, far = _at(distances, asked.close), _at(distances, asked.far)
    areas = _areas(close, far, _weights(draws, asked.close), _weights(draws, asked.far))
    known = areas[1:][~np.isnan(areas[1:])]
    low, high = np.quantile(known, _TAILS) if len(known) else (0.0, 1.0)
    return Figure(
        value=float(areas[0]),
        low=float(low),
        high=float(high),
        n=len(asked.close) + len(asked.far),
    )


def _draws(strata: Sequence[object], seed: int, resamples: int) -> FloatArray:
    """(1 + resamples, m) how often each model counts; the first row is the sample itself."""
    rng = np.random.default_rng(seed)
    found = np.ones((1 + resamples, len(strata)))
    for one in dict.fromkeys(strata):
        places = [place for place, other in enumerate(strata) if other == one]
        count = len(places)
        found[1:, places] = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
    return found


def _at(distances: FloatArray, pairs: IntArray) -> FloatArray:
    return np.asarray(distances[pairs[:, 0], pairs[:, 1]], dtype=np.float64)


def _weights(draws: FloatArray, pairs: IntArray) -> FloatArray:
    return np.asarray(draws[:, pairs[:, 0]] * draws[:, pairs[:, 1]], dtype=np.float64)


def _areas(
    close: FloatArray, far: FloatArray, close_weights: FloatArray, far_weights: FloatArray
) -> FloatArray:
    """(r,) weighted Mann-Whitney statistics as shares; NaN where a side has no weight."""
    order = np.argsort(close, kind="stable")
    below = np.searchsorted(close[order], far, side="left")
    upto = np.searchsorted(close[order], far, side="right")
    sums = np.zeros((len(close_weights), len(close) + 1))
    np.cumsum(close_weights[:, order], axis=1, out=sums[:, 1:])
    won = ((sums[:, below] + sums[:, upto]) / 2 * far_weights).sum(axis=1)
    total = sums[:, -1] * far_weights.sum(axis=1)
    return np.asarray(np.divide(won, total, out=np.full(len(won), np.nan), where=total > 0))

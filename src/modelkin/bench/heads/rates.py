"""Detection rates whose thresholds never saw the family that they judge, with intervals."""

from dataclasses import dataclass, replace

import numpy as np

from modelkin.bench.figures import Figure
from modelkin.bench.heads.pairs import Pairs
from modelkin.records import BoolArray, FloatArray, IntArray

DRAWS = 200
_TAILS = (0.025, 0.975)
_ROUNDING = 1e-9
_LEAST_DEFINED = 20
_LEAST_FAMILIES = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Similarities of the pairs that a figure rests on.

    Attributes:
        up: (r,) of related pairs.
        up_family: (r,) their family.
        down: (u,) of unrelated pairs.
        down_first: (u,) one family of each.
        down_second: (u,) the other.
        draws: (1 + d, families) how often each family counts; the first row is the sample itself.
    """

    up: FloatArray
    up_family: IntArray
    down: FloatArray
    down_first: IntArray
    down_second: IntArray
    draws: FloatArray

    @property
    def alone(self) -> "Sample":
        """The same without resamples: quick, and without an interval."""
        return replace(self, draws=self.draws[:1])

    @property
    def up_weights(self) -> FloatArray:
        """(1 + d, r)."""
        return self.draws[:, self.up_family]

    @property
    def down_weights(self) -> FloatArray:
        """(1 + d, u); a family that is drawn twice is no stranger to itself."""
        return self.draws[:, self.down_first] * self.draws[:, self.down_second]


def family_draws(pairs: Pairs, seed: int, draws: int = DRAWS) -> FloatArray:
    """Families drawn with replacement: models of one backbone stand or fall together."""
    families = int(pairs.family.max(initial=-1)) + 1
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(families, np.full(families, 1 / families), size=draws)
    return np.vstack([np.ones((1, families)), drawn])


def sample_of(
    pairs: Pairs, similarity: FloatArray, *, up: BoolArray, down: BoolArray, draws: FloatArray
) -> Sample | None:
    """Choose the pairs of a figure; None where either side holds none.

    Args:
        pairs: all.
        similarity: (p,); pairs that are NaN are left out.
        up: (p,) related pairs that count.
        down: (p,) unrelated ones.
        draws: of the families.
    """
    known = np.isfinite(similarity)
    above, below = np.flatnonzero(up & known), np.flatnonzero(down & known)
    if not len(above) or not len(below):
        return None
    below = below[np.argsort(-similarity[below], kind="stable")]
    return Sample(
        up=similarity[above],
        up_family=pairs.family[pairs.first[above]],
        down=similarity[below],
        down_first=pairs.family[pairs.first[below]],
        down_second=pairs.family[pairs.second[below]],
        draws=draws,
    )


def auc_figure(sample: Sample) -> Figure:
    """Probability that a related pair lies above an unrelated one, ties counting half."""
    ascending = sample.down[::-1]
    mass = np.cumsum(np.hstack([np.zeros((len(sample.draws), 1)), sample.down_weights[:, ::-1]]), 1)
    left = mass[:, np.searchsorted(ascending, sample.up, side="left")]
    right = mass[:, np.searchsorted(ascending, sample.up, side="right")]
    up = sample.up_weights
    with np.errstate(invalid="ignore", divide="ignore"):
        column = ((left + right) / 2 * up).sum(1) / (up.sum(1) * mass[:, -1])
    return _figure(column, sample)


def tpr_figure(sample: Sample, fpr: float) -> Figure | None:
    """Share of the related pairs above a threshold that other families set.

    For the pairs of a family, the threshold is the lowest that ``fpr`` of the unrelated pairs
    without that family exceed. None where no threshold could be set.
    """
    caught, counted = np.zeros(len(sample.draws)), np.zeros(len(sample.draws))
    up, down = sample.up_weights, sample.down_weights
    for family in np.unique(sample.up_family):
        mine = sample.up_family == family
        others = (sample.down_first != family) & (sample.down_second != family)
        thresholds = _thresholds(sample.down[others], down[:, others], fpr)
        able = np.isfinite(thresholds)
        hits = sample.up[mine] > np.where(able, thresholds, np.inf)[:, None]
        caught += np.where(able, (hits * up[:, mine]).sum(1), 0)
        counted += np.where(able, up[:, mine].sum(1), 0)
    if not counted[0]:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        return _figure(caught / counted, sample)


def fpr_figure(sample: Sample, fpr: float) -> Figure | None:
    """Share of the unrelated pairs above a threshold set without either of their families."""
    caught, counted = np.zeros(len(sample.draws)), np.zeros(len(sample.draws))
    down = sample.down_weights
    ends = np.stack([sample.down_first, sample.down_second], axis=1)
    for a, b in np.unique(ends, axis=0):
        mine = (ends == (a, b)).all(axis=1)
        others = ~np.isin(ends, (a, b)).any(axis=1)
        if not others.any():
            continue
        threshold = _thresholds(sample.down[others], down[:1, others], fpr)[0]
        weights = down[:, mine]
        caught += (weights * (sample.down[mine] > threshold)).sum(1)
        counted += weights.sum(1)
    if not counted[0]:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        return _figure(caught / counted, sample)


def _thresholds(descending: FloatArray, weights: FloatArray, fpr: float) -> FloatArray:
    """(1 + d,) lowest thresholds; NaN where a draw holds no pair."""
    above = np.cumsum(weights, axis=1)
    total = above[:, -1:] if above.shape[1] else np.zeros((len(weights), 1))
    most = (above <= fpr * total + _ROUNDING).sum(axis=1)
    found = np.full(len(weights), np.nan)
    able = np.flatnonzero(total[:, 0] > 0)
    found[able] = descending[np.minimum(most[able], len(descending) - 1)]
    return found


def _figure(column: FloatArray, sample: Sample) -> Figure:
    known = column[1:][np.isfinite(column[1:])]
    families = len(np.unique(sample.up_family))
    low, high = 0.0, 1.0
    if len(known) >= _LEAST_DEFINED and families >= _LEAST_FAMILIES:
        low, high = (float(end) for end in np.quantile(known, _TAILS))
    value = float(column[0])
    return Figure(value=value, low=min(low, value), high=max(high, value), n=len(sample.up))


def thinned(sample: Sample, seed: int, most: int = 3000) -> Sample:
    """At most so many unrelated pairs, drawn evenly: what an interval costs grows with them."""
    if len(sample.down) <= most:
        return sample
    rng = np.random.default_rng(seed)
    kept = np.sort(rng.permutation(len(sample.down))[:most])
    return replace(
        sample,
        down=sample.down[kept],
        down_first=sample.down_first[kept],
        down_second=sample.down_second[kept],
    )

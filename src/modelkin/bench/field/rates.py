"""Detection rates of pairs, with a bootstrap over families and the models in them."""

import numpy as np

from modelkin.bench.field.pairs import Pairs
from modelkin.bench.figures import Figure
from modelkin.records import BoolArray, FloatArray

DRAWS = 400
_TAILS = (0.025, 0.975)
_ROUNDING = 1e-9
_LEAST_DEFINED = 20


def model_draws(pairs: Pairs, seed: int, draws: int = DRAWS) -> FloatArray:
    """How often each model counts in each resample; the first row is the sample itself.

    Families are drawn first, then models within each family drawn: models of one family share
    a backbone, and what holds for one of it may hold for all.

    Returns:
        (1 + draws, models).
    """
    rng = np.random.default_rng(seed)
    families = int(pairs.family.max(initial=-1)) + 1
    found = np.ones((1 + draws, len(pairs.models)))
    for row in found[1:]:
        often = rng.multinomial(families, np.full(families, 1 / families))
        for family, times in enumerate(often):
            members = np.flatnonzero(pairs.family == family)
            size = len(members)
            row[members] = rng.multinomial(size * times, np.full(size, 1 / size)) if times else 0
    return found


def auc(similarity: FloatArray, related: BoolArray, weight: FloatArray) -> float:
    """Probability that a related pair lies above an unrelated one, ties counting half."""
    up, down = weight * related, weight * ~related
    values, place = np.unique(similarity, return_inverse=True)
    mass = np.bincount(place, down, minlength=len(values))
    below = np.cumsum(mass) - mass / 2
    total = up.sum() * down.sum()
    return float((up * below[place]).sum() / total) if total else float("nan")


def tpr(similarity: FloatArray, related: BoolArray, weight: FloatArray, fpr: float) -> float:
    """Share of the related pairs above the lowest value that ``fpr`` of the others exceed."""
    up, down = weight * related, weight * ~related
    if not (up.sum() and down.sum()):
        return float("nan")
    order = np.argsort(-similarity, kind="stable")
    order = order[down[order] > 0]
    above = np.cumsum(down[order])
    most = int(np.searchsorted(above, fpr * down.sum() + _ROUNDING, side="right"))
    threshold = similarity[order[most]]
    return float(up[similarity > threshold].sum() / up.sum())


def figure(
    pairs: Pairs,
    similarity: FloatArray,
    *,
    keep: BoolArray,
    draws: FloatArray,
    fpr: float | None = None,
    target: str = "",
) -> Figure | None:
    """AUC, or the detection rate at a false-positive rate, with its interval.

    Args:
        pairs: of a group.
        similarity: (p,); pairs that are NaN are left out.
        keep: (p,) pairs that count.
        draws: see ``model_draws``.
        fpr: None is the AUC.
        target: what was asked for.

    Returns:
        None where no related or no unrelated pair counts.
    """
    rows = np.flatnonzero(keep & np.isfinite(similarity))
    values, related = similarity[rows], pairs.related[rows]
    if not related.any() or related.all():
        return None
    weights = draws[:, pairs.first[rows]] * draws[:, pairs.second[rows]]
    rated = np.array(
        [
            auc(values, related, one) if fpr is None else tpr(values, related, one, fpr)
            for one in weights
        ]
    )
    known = rated[1:][np.isfinite(rated[1:])]
    low, high = np.quantile(known, _TAILS) if len(known) >= _LEAST_DEFINED else (0.0, 1.0)
    return Figure(
        value=float(rated[0]),
        low=min(float(low), float(rated[0])),
        high=max(float(high), float(rated[0])),
        n=int(related.sum()),
        target=target,
    )


def halves(
    pairs: Pairs, similarity: FloatArray, *, keep: BoolArray, seed: int, splits: int = 200
) -> FloatArray:
    """(splits, 2) AUC and TPR at 5 % FPR on random halves of the models of every family."""
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(keep & np.isfinite(similarity))
    found = []
    for _ in range(splits):
        chosen = np.zeros(len(pairs.models))
        for family in np.unique(pairs.family):
            members = rng.permutation(np.flatnonzero(pairs.family == family))
            chosen[members[: (len(members) + rng.integers(2)) // 2]] = 1
        weight = chosen[pairs.first[rows]] * chosen[pairs.second[rows]]
        values, related = similarity[rows], pairs.related[rows]
        found.append((auc(values, related, weight), tpr(values, related, weight, 0.05)))
    return np.array([one for one in found if np.isfinite(one).all()]).reshape(-1, 2)

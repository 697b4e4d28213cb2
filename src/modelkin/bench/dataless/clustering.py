"""Whether clusters of models are the image sets they were trained on."""

from collections.abc import Sequence

import numpy as np

from modelkin.bench.dataless.rand_index import adjusted_rand_index
from modelkin.bench.figures import Figure
from modelkin.models.extras import require
from modelkin.records import FloatArray, IntArray

RESAMPLES = 100
_TAILS = (0.025, 0.975)
_LEAST = 2


def clusters(distances: FloatArray, count: int) -> IntArray:
    """(m,) cluster of each model: UPGMA (Sokal and Michener, 1958) cut into ``count``.

    Args:
        distances: (m, m), symmetric, 0 on the diagonal.
        count: at most so many clusters; ties may leave fewer.

    Raises:
        MissingDependencyError: scipy is not installed.
    """
    hierarchy = require("scipy.cluster.hierarchy", "bench")
    upper = distances[np.triu_indices(len(distances), k=1)]
    merges = hierarchy.linkage(upper, method="average")
    return np.asarray(hierarchy.fcluster(merges, count, "maxclust"), dtype=np.int64)


def purity(
    distances: FloatArray, groups: Sequence[str], *, seed: int, resamples: int = RESAMPLES
) -> Figure | None:
    """Adjusted Rand index of the clusters against known groups, told how many there are.

    The interval is of a bootstrap over models within their group. A model drawn twice counts
    once: at distance 0 its copy would only make a cluster look tighter.

    Args:
        distances: (m, m).
        groups: of each model.
        seed: of the bootstrap.
        resamples: bootstrap samples.

    Returns:
        None for fewer than two groups.
    """
    known = list(dict.fromkeys(groups))
    if len(known) < _LEAST:
        return None
    rng = np.random.default_rng(seed)
    places = {one: [at for at, group in enumerate(groups) if group == one] for one in known}
    found = []
    for _ in range(resamples):
        drawn = [at for one in known for at in np.unique(rng.choice(places[one], len(places[one])))]
        found.append(_index(distances[np.ix_(drawn, drawn)], [groups[at] for at in drawn]))
    value = _index(distances, groups)
    low, high = np.quantile(found, _TAILS) if found else (value, value)
    return Figure(value=value, low=float(low), high=float(high), n=len(groups))


def _index(distances: FloatArray, groups: Sequence[str]) -> float:
    return adjusted_rand_index(clusters(distances, len(set(groups))).tolist(), groups)

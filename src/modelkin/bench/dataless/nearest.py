"""Whether a model's nearest neighbour was trained on its own image set."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from modelkin.bench.dataless.member import Member
from modelkin.bench.figures import Figure
from modelkin.records import FloatArray

RESAMPLES = 1000
_TAILS = (0.025, 0.975)
_Test = Callable[[Member, Member], bool]

NEIGHBOURS: Mapping[str, _Test] = {
    "nearest": lambda a, b: a.kind is b.kind,
    # no twin in architecture and recipe to fall back on: only the data are shared
    "nearest-other-recipe": lambda a, b: (
        a.kind is b.kind and (a.arch, a.recipe) != (b.arch, b.recipe)
    ),
    "nearest-other-kind": lambda a, b: a.kind is not b.kind,
}
"""Among whom the neighbour is looked for."""


def nearest_share(
    distances: FloatArray,
    members: Sequence[Member],
    asking: str,
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Figure | None:
    """Share of models whose nearest neighbour saw the same image set, of either half.

    The interval is of a bootstrap over the models that look, within their kind, set and half; the
    models among whom they look stay.

    Args:
        distances: (m, m).
        members: (m) of the matrix.
        asking: one of ``NEIGHBOURS``.
        seed: of the bootstrap.
        resamples: bootstrap samples.

    Returns:
        None where nobody has a model to look among.
    """
    wanted = NEIGHBOURS[asking]
    found = np.array([_hit(row, distances, members, wanted) for row in range(len(members))])
    known = np.flatnonzero(~np.isnan(found))
    if not len(known):
        return None
    rng = np.random.default_rng(seed)
    looking = [members[row] for row in known.tolist()]
    strata = [(one.kind, one.data, one.half) for one in looking]
    total = np.zeros(resamples)
    for one in dict.fromkeys(strata):
        places = known[[other == one for other in strata]]
        total += found[rng.choice(places, (resamples, len(places)))].sum(axis=1)
    low, high = np.quantile(total / len(known), _TAILS)
    value = float(found[known].mean())
    return Figure(value=value, low=float(low), high=float(high), n=len(known))


def _hit(row: int, distances: FloatArray, members: Sequence[Member], wanted: _Test) -> float:
    """1 when the nearest is of the same set; a tie counts the share of those that are."""
    others = [
        place for place, other in enumerate(members) if place != row and wanted(members[row], other)
    ]
    if not others:
        return float("nan")
    gaps = distances[row, others]
    nearest = np.flatnonzero(gaps == gaps.min()).tolist()
    return float(np.mean([members[others[one]].data == members[row].data for one in nearest]))

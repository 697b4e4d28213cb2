"""How copies of references are made while a compare runs: their queries are changed on the way.

That needs neither weights nor a format, and asks honest models only.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelkin.models.views.input_steps import change_pictures, change_rows
from modelkin.queries.crafted import crafted_pool
from modelkin.queries.picked import pick
from modelkin.records import AnyArray, IntArray, Modality, Pool

VIEWS: Mapping[str, tuple[int, ...]] = {"jpeg": (90, 60, 30), "posterize": (5, 3)}
"""Of pictures: step of a view to its strengths; quality, and bits that are left."""
SHAKES = (0.02, 0.05)
"""Of rows: noise in proportion to each value."""
_SETTING = {"jpeg": "quality", "posterize": "bits"}
_SEED = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class ChangedQueries:
    """Queries as a copy behind a view would see them.

    Attributes:
        kind: how they were changed.
        pool: the changed queries, in the order of the chosen ones.
    """

    kind: str
    pool: Pool


def changed_queries(pool: Pool, chosen: IntArray) -> tuple[ChangedQueries, ...]:
    """Every change of the chosen queries; none where they are neither pictures nor rows.

    Args:
        pool: all candidates.
        chosen: (m,) positions of those that were chosen.
    """
    picked = pick(pool, chosen)
    queries = picked.read(0, len(picked))
    changed: dict[str, AnyArray] = {}
    if pool.modality is Modality.IMAGE and queries.dtype == np.uint8:
        pictures = queries.astype(np.uint8, copy=False)
        changed = {
            f"{do}-{strength}": change_pictures(pictures, do, {_SETTING[do]: strength}, _SEED)
            for do, strengths in VIEWS.items()
            for strength in strengths
        }
    elif pool.modality is Modality.VECTOR and queries.dtype == np.float32:
        changed = {f"shake-{sd:g}": change_rows(queries, sd, _SEED) for sd in SHAKES}
    return tuple(
        ChangedQueries(
            kind=kind,
            pool=crafted_pool(rows, name=f"{pool.name} behind {kind}", part=kind),
        )
        for kind, rows in changed.items()
    )

"""A few queries of a pool, in an order of their own."""

import hashlib

import numpy as np

from modelkin.records import IntArray, Pool


def pick(pool: Pool, chosen: IntArray) -> Pool:
    """The chosen queries as a pool, under the ids that they have in the whole one.

    Args:
        pool: all candidates.
        chosen: (m,) positions, in the order to be asked.
    """
    rows = np.concatenate([pool.read(int(place), int(place) + 1) for place in chosen])
    known = pool.ids
    digest = hashlib.sha256(f"{pool.digest} {rows.dtype.str} {rows.shape}\n".encode())
    digest.update(np.ascontiguousarray(chosen, dtype="<i8").tobytes())
    digest.update(np.ascontiguousarray(rows).tobytes())
    return Pool(
        name=pool.name,
        modality=pool.modality,
        shape=pool.shape,
        digest=digest.hexdigest(),
        parts=tuple(pool.parts[place] for place in chosen),
        read=lambda start, stop: rows[start:stop],
        own_ids=tuple(known[place] for place in chosen),
    )

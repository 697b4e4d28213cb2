"""Random numbers that a query's own content decides."""

import hashlib

import numpy as np

from modelkin.records import AnyArray


def draws_for(queries: AnyArray, seed: int, what: str) -> list[np.random.Generator]:
    """One generator a query.

    The same query always gets the same numbers, so that asking again and averaging tells nobody
    anything, and an answer does not depend on what else is asked.

    Args:
        queries: (n, ...) as the view gets them.
        seed: of the view; not known to whoever asks.
        what: name of the step, so that two steps draw different numbers.
    """
    salt = f"{seed}/{what}/".encode()
    found = []
    for row in queries:
        content = hashlib.sha256(salt + np.ascontiguousarray(row).tobytes()).digest()
        found.append(np.random.default_rng(np.frombuffer(content[:16], dtype=np.uint32)))
    return found

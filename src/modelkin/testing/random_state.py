"""Proof that the global random generators are left alone."""

import contextlib
import pickle
import random
from collections.abc import Iterator

import numpy as np

_UNUSUAL = 20_261_123  # no part seeds with this, so any seeding shows


@contextlib.contextmanager
def untouched_random_state() -> Iterator[None]:
    """Fail when NumPy's or Python's global generator is used or seeded within the block."""
    old, old_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 (watched)
    random.seed(_UNUSUAL)
    np.random.seed(_UNUSUAL)  # noqa: NPY002 (watched)
    before = _state()
    try:
        yield
        assert _state() == before, "the global random generator was touched"
    finally:
        random.setstate(old)
        np.random.set_state(old_numpy)  # noqa: NPY002 (watched)


def _state() -> bytes:
    return pickle.dumps((random.getstate(), np.random.get_state()))  # noqa: NPY002 (watched)

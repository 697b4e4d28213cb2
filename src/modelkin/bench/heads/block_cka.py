"""All debiased CKAs of clouds whose kernels fall into blocks, faster than pair by pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from modelkin.records import FloatArray, IntArray


def block_cka(clouds: Sequence[FloatArray], blocks: Sequence[IntArray]) -> FloatArray:
    """(m, m) debiased CKA, 1 on the diagonal.

    The kernel of a cloud whose columns belong to one block each is 0 between blocks, so only its
    blocks are held; what the centring takes off all entries alike is a sum over rows. The result
    is that of ``DebiasedCka`` to single precision (tested), up to clouds that are all 0, which
    rate 0.

    Args:
        clouds: (n, any width), centred in each block.
        blocks: rows with entries in common; all rows of a cloud outside of them are 0.
    """
    n = len(clouds[0])
    size = sum(len(rows) * (len(rows) - 1) // 2 for rows in blocks)
    entries = np.empty((len(clouds), size), dtype=np.float32)
    sums = np.zeros((len(clouds), n))
    for place, cloud in enumerate(clouds):
        start = 0
        for rows in blocks:
            kernel = _kernel(cloud[rows])
            sums[place, rows] = kernel.sum(axis=0)
            upper = kernel[np.triu_indices(len(rows), 1)]
            entries[place, start : start + len(upper)] = upper
            start += len(upper)
    totals = sums.sum(axis=1)
    found = 2.0 * (entries @ entries.T).astype(np.float64)
    found -= 2.0 / (n - 2) * (sums @ sums.T)
    found += np.outer(totals, totals) / ((n - 1) * (n - 2))
    own = np.diag(found)
    scale = np.sqrt(np.where(own > 0, own, np.inf))
    rated = found / np.outer(scale, scale)
    np.fill_diagonal(rated, 1.0)
    return np.asarray(rated, dtype=np.float64)


def _kernel(cloud: FloatArray) -> NDArray[np.float32]:
    used = cloud[:, cloud.any(axis=0)].astype(np.float32)
    kernel: NDArray[np.float32] = used @ used.T
    np.fill_diagonal(kernel, 0.0)
    return kernel

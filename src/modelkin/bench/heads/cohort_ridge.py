"""Point clouds with what a cohort of honest models answers too taken out of them."""

from collections.abc import Sequence

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.records import BoolArray, FloatArray, IntArray

_TINY = np.finfo(np.float64).tiny


def blocks_of(clouds: Sequence[FloatArray]) -> tuple[IntArray, ...]:
    """Rows that some cloud compares with each other, as groups that share nothing.

    A cloud of ``graded_geometry`` has columns of its own for each part of a pool, so that its
    kernel falls into blocks, and what is inverted stays small.

    Args:
        clouds: (n, any width) each; rows that are 0 in all of them stand alone.
    """
    n = len(clouds[0])
    group = np.arange(n, dtype=np.int64)
    for cloud in clouds:
        filled: BoolArray = cloud != 0
        first = np.where(filled.any(axis=1), filled.argmax(axis=1), -1)
        for column in np.unique(first[first >= 0]):
            merged = np.unique(group[first == column])
            group[np.isin(group, merged)] = merged[0]
    return tuple(np.flatnonzero(group == one) for one in np.unique(group))


def without_cohort(
    clouds: Sequence[FloatArray],
    cohort: Sequence[FloatArray],
    *,
    ridge: float,
    blocks: Sequence[IntArray],
) -> list[FloatArray]:
    """What ridge regression on the cohort's answers leaves of each cloud.

    With ``K`` the mean of the cohort's kernels, each of mean square length 1, a block of n rows
    is multiplied by ``l (K + l I)^-1``, ``l = ridge n``: kernel ridge regression on all answers of
    the cohort at once. So directions that carry more than a share ``ridge`` of what honest models
    answer are taken out, and what few of them answer stays.

    Args:
        clouds: (n, any width), centred in each block.
        cohort: likewise; none leaves the clouds as they are.
        ridge: that share, above 0.
        blocks: rows that are compared, see ``blocks_of`` of clouds and cohort.

    Returns:
        The clouds, what is left of them centred again in each block.

    Raises:
        IncompatibleError: the ridge is not above 0.
    """
    if not ridge > 0:
        raise IncompatibleError(f"a ridge of {ridge} cannot be used", hint="give one above 0")
    left = [cloud.astype(np.float64) for cloud in clouds]
    if not cohort:
        return left
    sized = [cloud / np.sqrt(max(float((cloud**2).sum()) / len(cloud), _TINY)) for cloud in cohort]
    for rows in blocks:
        answers = np.hstack([cloud[rows][:, cloud[rows].any(axis=0)] for cloud in sized])
        if not answers.shape[1]:
            continue
        own = ridge * len(rows)
        kernel = answers @ answers.T / len(cohort)
        shrink = own * np.linalg.inv(kernel + own * np.eye(len(rows)))
        for cloud in left:
            used = np.flatnonzero(cloud[rows].any(axis=0))
            if len(used):
                rest = shrink @ cloud[np.ix_(rows, used)]
                cloud[np.ix_(rows, used)] = rest - rest.mean(axis=0)
    return left

"""How alike two models are, in units of how alike each is to honest models."""

from collections.abc import Sequence

import numpy as np

from modelkin.answers.cohorts import cohorts_of
from modelkin.errors import IncompatibleError
from modelkin.records import FloatArray

_LEAST = 1e-12


def relative_similarity(
    pair: FloatArray, rows_cohort: FloatArray, columns_cohort: FloatArray
) -> FloatArray:
    """``s_ij / sqrt(r_i r_j)``, ``r`` the root mean square of a model's similarities to a cohort.

    Speaker verification normalises scores so on both sides (Auckenthaler et al., 2000; Kenny,
    2010). A model of coarse or saturated answers is less like everybody, kin and strangers; one
    whose answers hang on what every net sees is more like everybody. Either is the same towards
    a cohort, so a ratio of both is left by neither. Where a model shares nothing with the cohort,
    the chance likeness that the number of queries leaves is the unit.

    Args:
        pair: (n, m) similarities of rows and columns, of expectation 0 between strangers.
        rows_cohort: (n, c) of rows and cohort, c at least 1.
        columns_cohort: (m, c) of columns and cohort.

    Returns:
        (n, m), about 1 where two models share what honest ones share; no upper bound.

    Raises:
        IncompatibleError: shapes do not fit, or a similarity is not finite.
    """
    n, m = pair.shape
    size = rows_cohort.shape[-1]
    if rows_cohort.shape != (n, size) or columns_cohort.shape != (m, size) or not size:
        raise IncompatibleError(
            f"similarities of shapes {pair.shape}, {rows_cohort.shape} and "
            f"{columns_cohort.shape} do not fit",
            hint="give those of rows and columns to the same cohort, of one model at least",
        )
    if not all(np.isfinite(one).all() for one in (pair, rows_cohort, columns_cohort)):
        raise IncompatibleError(
            "a similarity is not a finite number", hint="leave out models that cannot be rated"
        )
    return np.asarray(pair / np.sqrt(np.outer(_unit(rows_cohort), _unit(columns_cohort))))


def relative_to_first(similarity: FloatArray, families: Sequence[str]) -> FloatArray:
    """Relative similarity of every other model to the first.

    As in ``partial_to_first``, the cohort of a model is one model of every family but its own,
    the first that stands there, so models that are exchangeable stay so.

    Args:
        similarity: (n + 1, n + 1) similarities; the first model is the one compared with.
        families: of the n others, two or more.

    Returns:
        (n,) relative similarities.

    Raises:
        IncompatibleError: the shapes do not fit, there is one family only, or a similarity is
            not finite.
    """
    found = np.empty(len(families))
    for members, cohort in cohorts_of(similarity, families):
        found[np.array(members) - 1] = relative_similarity(
            similarity[np.ix_([0], members)],
            similarity[np.ix_([0], cohort)],
            similarity[np.ix_(members, cohort)],
        )[0]
    return found


def _unit(cohort: FloatArray) -> FloatArray:
    return np.asarray(np.maximum(np.sqrt((cohort**2).mean(axis=1)), _LEAST))

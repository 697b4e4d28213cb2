"""What two models share beyond what honest models of their task share anyway."""

from collections.abc import Sequence

import numpy as np

from modelkin.answers.cohorts import cohorts_of
from modelkin.errors import IncompatibleError
from modelkin.records import FloatArray


def partial_similarity(
    pair: FloatArray,
    rows_cohort: FloatArray,
    columns_cohort: FloatArray,
    cohort: FloatArray,
    *,
    ridge: float = 0.05,
    self_rows: FloatArray | float = 1.0,
    self_columns: FloatArray | float = 1.0,
) -> FloatArray:
    """Similarity with the part that a cohort of honest models explains taken out.

    ``s_ij - S_iC (S_CC + ridge I)^-1 S_Cj``, over the square roots of what is left of the two
    self-similarities: a partial correlation, where the similarity is one.

    Similarities such as agreement need not come from any inner product, so ``S_CC`` may have
    negative eigenvalues; they are set to 0 before the ridge, and the result is held to [-1, 1].
    A model that the cohort explains nearly whole has next to nothing left, and a ratio of two
    such rests would be arbitrary. So the cohort explains ``1 / (1 + ridge)`` of a self-similarity
    at most, which is what it explains of its own member when its members are strangers; the
    model's whole explained part is scaled down to that. A copy rates 1 whatever the cohort, and
    swapping rows and columns transposes the result.

    Args:
        pair: (n, m) similarities of rows and columns.
        rows_cohort: (n, c) of rows and cohort.
        columns_cohort: (m, c) of columns and cohort.
        cohort: (c, c) within the cohort; no cohort (c = 0) leaves the similarities as they are.
        ridge: how far the cohort is distrusted, in the unit of similarity; above 0.
        self_rows: (n,) similarities of each row with itself, or one number for all; above 0.
        self_columns: the same for the columns, (m,).

    Returns:
        (n, m), in [-1, 1].

    Raises:
        IncompatibleError: shapes do not fit, or numbers are not finite or not above 0.
    """
    n, m = _checked(pair, rows_cohort, columns_cohort, cohort)
    own_rows = _positive(self_rows, n, "self_rows")
    own_columns = _positive(self_columns, m, "self_columns")
    if not (np.isfinite(ridge) and ridge > 0):
        raise IncompatibleError(f"a ridge of {ridge} cannot be used", hint="give one above 0")
    spread, axes = np.linalg.eigh((cohort + cohort.T) / 2)
    scale = 1 / np.sqrt(np.maximum(spread, 0.0) + ridge)
    rows, left_rows = _explained((rows_cohort @ axes) * scale, own_rows, ridge)
    columns, left_columns = _explained((columns_cohort @ axes) * scale, own_columns, ridge)
    rated = (pair - rows @ columns.T) / np.sqrt(np.outer(left_rows, left_columns))
    return np.asarray(np.clip(rated, -1.0, 1.0), dtype=np.float64)


def partial_to_first(similarity: FloatArray, families: Sequence[str]) -> FloatArray:
    """What every other model shares with the first, beyond all families but its own.

    The cohort of a model is one model of every family but its own, the first that stands there.
    All models are treated alike, so numbers of models that are exchangeable stay exchangeable: a
    suspect may stand among honest models, in whose cohorts it takes its place.

    Args:
        similarity: (n + 1, n + 1) similarities; the first model is the one compared with.
        families: of the n others.

    Returns:
        (n,) partial similarities, see ``partial_similarity``.

    Raises:
        IncompatibleError: the shapes do not fit, or a similarity is not finite.
    """
    found = np.empty(len(families))
    for members, cohort in cohorts_of(similarity, families):
        found[np.array(members) - 1] = partial_similarity(
            similarity[np.ix_([0], members)],
            similarity[np.ix_([0], cohort)],
            similarity[np.ix_(members, cohort)],
            similarity[np.ix_(cohort, cohort)],
        )[0]
    return found


def _explained(loads: FloatArray, own: FloatArray, ridge: float) -> tuple[FloatArray, FloatArray]:
    """What the cohort explains of each model, (n, c) at most so long; and what is left, (n,)."""
    squares, most = (loads**2).sum(axis=1), own / (1 + ridge)
    shorter = np.sqrt(np.divide(most, squares, out=np.ones_like(own), where=squares > most))
    return loads * shorter[:, None], own - np.minimum(squares, most)


def _checked(
    pair: FloatArray, rows_cohort: FloatArray, columns_cohort: FloatArray, cohort: FloatArray
) -> tuple[int, int]:
    n, m = pair.shape
    size = len(cohort)
    fits = rows_cohort.shape == (n, size) and columns_cohort.shape == (m, size)
    if not fits or cohort.shape != (size, size):
        raise IncompatibleError(
            f"similarities of {n} rows, {m} columns and {size} cohort models have shapes "
            f"{pair.shape}, {rows_cohort.shape}, {columns_cohort.shape}, {cohort.shape}",
            hint="give (n, m), (n, c), (m, c) and (c, c)",
        )
    if not all(np.isfinite(block).all() for block in (pair, rows_cohort, columns_cohort, cohort)):
        raise IncompatibleError(
            "a similarity is not a finite number", hint="leave out the models it belongs to"
        )
    return n, m


def _positive(own: FloatArray | float, count: int, what: str) -> FloatArray:
    found = np.asarray(own, dtype=np.float64)
    if found.shape not in {(), (count,)} or not (np.isfinite(found) & (found > 0)).all():
        raise IncompatibleError(
            f"{what} holds no {count} self-similarities above 0",
            hint="give one number, or one for each model; identical models have 1",
        )
    return np.broadcast_to(found, (count,))

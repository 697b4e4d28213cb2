"""Ratings of all pairs that need a cohort: one honest model of every family but the pair's own."""

from collections.abc import Sequence

import numpy as np

from modelkin.answers.partial import partial_similarity
from modelkin.answers.relative import relative_similarity
from modelkin.bench.heads.block_cka import block_cka
from modelkin.bench.heads.cohort_ridge import without_cohort
from modelkin.bench.heads.head import Head, Tuning
from modelkin.records import FloatArray, IntArray

FOLDS = 5


def speakers(models: Sequence[Head], known: Sequence[bool]) -> dict[str, int]:
    """The model that stands for each family: its first frozen float one that answers."""
    found: dict[str, int] = {}
    for place, (one, able) in enumerate(zip(models, known, strict=True)):
        if able and not one.int8 and one.tuning is Tuning.FROZEN:
            found.setdefault(one.backbone, place)
    return found


def with_cohort(
    models: Sequence[Head],
    similarity: FloatArray,
    cohort: dict[str, int],
    *,
    relative: bool,
) -> FloatArray:
    """(m, m) partial or relative similarities.

    Args:
        models: rows and columns.
        similarity: (m, m); NaN where a model gives no answer.
        cohort: see ``speakers``.
        relative: divide by the likeness to the cohort, instead of taking out what it explains.
    """
    families = list(dict.fromkeys(one.backbone for one in models))
    places = {
        name: np.array([at for at, one in enumerate(models) if one.backbone == name])
        for name in families
    }
    found = np.full(similarity.shape, np.nan)
    for at, first in enumerate(families):
        for second in families[at:]:
            rows, columns = places[first], places[second]
            others = [place for name, place in cohort.items() if name not in {first, second}]
            if not others:
                continue
            able_rows = rows[np.isfinite(similarity[rows, rows])]
            able_columns = columns[np.isfinite(similarity[columns, columns])]
            pair = similarity[np.ix_(able_rows, able_columns)]
            loads = similarity[np.ix_(able_rows, others)], similarity[np.ix_(able_columns, others)]
            if relative:
                rated = relative_similarity(pair, *loads)
            else:
                rated = partial_similarity(pair, *loads, similarity[np.ix_(others, others)])
            found[np.ix_(able_rows, able_columns)] = rated
            found[np.ix_(able_columns, able_rows)] = rated.T
    return found


def residual(
    models: Sequence[Head],
    clouds: Sequence[FloatArray],
    cohort: dict[str, int],
    blocks: Sequence[IntArray],
    *,
    ridge: float,
) -> FloatArray:
    """(m, m) debiased CKA of what ridge regression on a cohort's answers leaves.

    Families are dealt into five folds; the cohort of a pair is that of the folds of neither.
    So it costs fifteen regressions instead of one a pair of families.

    Args:
        models: rows and columns.
        clouds: of every model.
        cohort: see ``speakers``.
        blocks: see ``blocks_of``.
        ridge: see ``without_cohort``.
    """
    families = sorted({one.backbone for one in models})
    fold = np.array([families.index(one.backbone) % FOLDS for one in models])
    found = np.full((len(models), len(models)), np.nan)
    for first in range(FOLDS):
        for second in range(first, FOLDS):
            rows = np.flatnonzero((fold == first) | (fold == second))
            others = [clouds[at] for at in cohort.values() if fold[at] not in {first, second}]
            if len(rows) and others:
                left = without_cohort(
                    [clouds[row] for row in rows.tolist()], others, ridge=ridge, blocks=blocks
                )
                rated = block_cka(left, blocks)
                mine, theirs = fold[rows] == first, fold[rows] == second
                found[np.ix_(rows[mine], rows[theirs])] = rated[np.ix_(mine, theirs)]
                found[np.ix_(rows[theirs], rows[mine])] = rated[np.ix_(theirs, mine)]
    return found

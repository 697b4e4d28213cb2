"""Every method on every pair, from recorded answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.bench.heads.across import (
    residual,
    speakers,
    with_cohort,
)
from modelkin.bench.heads.block_cka import block_cka
from modelkin.bench.heads.cohort_ridge import blocks_of
from modelkin.bench.heads.head import Head, Tuning
from modelkin.bench.heads.pool_twins import twins_chosen
from modelkin.fingerprints.graded_geometry import GradedGeometry
from modelkin.methods.whitened_cka import WhitenedCka
from modelkin.records import BoolArray, FloatArray, IntArray, Responses

PLAIN, PARTIAL, RELATIVE = "graded_cka", "partial", "relative"
DEAR = ("whitened_cka", "residual", "residual_relative", "twins_mean", "twins_max", "twins_min")
"""Rated on frozen heads and up to ``DEAR_UP_TO`` queries only."""
DEAR_UP_TO = 900
RIDGE = 0.02


@dataclass(frozen=True, kw_only=True, eq=False)
class Rated:
    """Similarities under one number of queries.

    Attributes:
        queries: put to each model.
        methods: (m, m) by method, symmetric; NaN where a model is mute or was not rated.
    """

    queries: int
    methods: dict[str, FloatArray]


def rate(
    models: Sequence[Head],
    answers: Sequence[Responses],
    mute: BoolArray,
    queries: int,
) -> Rated:
    """Rate all pairs on the first queries of the pool.

    Args:
        models: rows and columns.
        answers: of every model to the whole pool.
        mute: (m,) models that tell nothing; they stay unrated.
        queries: put to each.
    """
    rows = np.arange(queries)
    geometry = GradedGeometry()
    clouds = [geometry.extract(one.take(rows)) for one in answers]
    blocks = blocks_of(clouds)
    plain = _unrated(block_cka(clouds, blocks), mute)
    cohort = speakers(models, (~mute).tolist())
    methods = {
        PLAIN: plain,
        PARTIAL: with_cohort(models, plain, cohort, relative=False),
        RELATIVE: with_cohort(models, plain, cohort, relative=True),
    }
    if queries <= DEAR_UP_TO:
        kept = np.flatnonzero(~mute & [one.tuning is Tuning.FROZEN for one in models])
        parts = _part_rows(answers[0].parts[:queries])
        some = [models[at] for at in kept.tolist()]
        dear = _dear(some, [answers[at].take(rows) for at in kept.tolist()], parts)
        methods |= {name: _spread(matrix, kept, len(models)) for name, matrix in dear.items()}
    return Rated(queries=queries, methods=methods)


def _dear(
    models: Sequence[Head],
    answers: Sequence[Responses],
    parts: Sequence[IntArray],
) -> dict[str, FloatArray]:
    geometry, whitened = GradedGeometry(), WhitenedCka()
    clouds = [geometry.extract(one) for one in answers]
    cohort = speakers(models, [True] * len(models))
    left = residual(models, clouds, cohort, blocks_of(clouds), ridge=RIDGE)
    chosen = twins_chosen(clouds, parts)
    # the cohort that divides is rated as all are, without any cohort of its own taken out
    plain = block_cka(clouds, blocks_of(clouds))
    unit = np.sqrt(np.outer(*[_unit(models, plain, cohort)] * 2))
    return {
        "whitened_cka": whitened.similarity.matrix(
            [whitened.fingerprint.extract(one) for one in answers]
        ),
        "residual": left,
        "residual_relative": left / unit,
        "twins_mean": (chosen + chosen.T) / 2,
        "twins_max": np.maximum(chosen, chosen.T),
        "twins_min": np.minimum(chosen, chosen.T),
    }


def _unit(models: Sequence[Head], plain: FloatArray, cohort: dict[str, int]) -> FloatArray:
    """(m,) root mean square of each model's similarities to the speakers of other families."""
    found = np.empty(len(models))
    for place, one in enumerate(models):
        others = [at for name, at in cohort.items() if name != one.backbone]
        found[place] = np.sqrt((plain[place, others] ** 2).mean()) if others else np.nan
    return found


def _part_rows(parts: Sequence[str]) -> list[IntArray]:
    named = np.array(parts)
    return [np.flatnonzero(named == name) for name in dict.fromkeys(parts)]


def _unrated(matrix: FloatArray, mute: BoolArray) -> FloatArray:
    found = matrix.copy()
    found[mute] = np.nan
    found[:, mute] = np.nan
    return found


def _spread(matrix: FloatArray, kept: IntArray, size: int) -> FloatArray:
    found = np.full((size, size), np.nan)
    found[np.ix_(kept, kept)] = matrix
    return found

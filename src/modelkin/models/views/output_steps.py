"""What a view does to class probabilities before anybody sees them."""

from collections.abc import Mapping, Sequence

import numpy as np

from modelkin.answers.scales import top_scores
from modelkin.models.views.chance import draws_for
from modelkin.models.views.roughness import looks_odd
from modelkin.models.views.step import Step
from modelkin.records import AnyArray, FloatArray, OutputKind

_TINY = 1e-37


def change_probabilities(
    chances: FloatArray, steps: Sequence[Step], queries: AnyArray, seed: int
) -> FloatArray:
    """Every output step in turn.

    Args:
        chances: (n, k) class probabilities.
        steps: output steps; ``label`` is left to the caller.
        queries: (n, ...) what was asked; pictures (n, h, w, 3) for ``detect``.
        seed: of the view.

    Returns:
        (n, k) probabilities, NaN where the view refuses to answer.
    """
    for step in steps:
        chances = _STEPS[step.do](chances, step.settings, queries, seed)
    return chances


def _temper(
    chances: FloatArray, settings: Mapping[str, float | str], queries: AnyArray, seed: int
) -> FloatArray:
    del queries, seed
    return _softmax(np.log(np.maximum(chances, _TINY)) / float(settings["temperature"]))


def _noise(
    chances: FloatArray, settings: Mapping[str, float | str], queries: AnyArray, seed: int
) -> FloatArray:
    """Normal noise on the log-probabilities, the same for the same query."""
    drawn = [rng.normal(size=chances.shape[1]) for rng in draws_for(queries, seed, "noise")]
    return _softmax(np.log(np.maximum(chances, _TINY)) + float(settings["sd"]) * np.stack(drawn))


def _flip(
    chances: FloatArray, settings: Mapping[str, float | str], queries: AnyArray, seed: int
) -> FloatArray:
    """Now and then the winner changes places with another class, drawn at random."""
    found = chances.copy()
    for row, rng in zip(found, draws_for(queries, seed, "flip"), strict=True):
        if rng.random() < float(settings["share"]):
            best = int(row.argmax())
            other = (best + 1 + int(rng.integers(len(row) - 1))) % len(row)
            row[[best, other]] = row[[other, best]]
    return found


def _detect(
    chances: FloatArray, settings: Mapping[str, float | str], queries: AnyArray, seed: int
) -> FloatArray:
    """Odd pictures are refused, or answered like another, random query of the batch's width."""
    odd = looks_odd(queries.astype(np.uint8))
    found = chances.copy()
    if settings["then"] == "refuse":
        found[odd] = np.nan
        return found
    for row, rng in zip(np.flatnonzero(odd), draws_for(queries[odd], seed, "detect"), strict=True):
        # as peaked as the true answer, so that the answer alone does not give the trick away
        found[row] = rng.permutation(chances[row])
    return found


def _round(
    chances: FloatArray, settings: Mapping[str, float | str], queries: AnyArray, seed: int
) -> FloatArray:
    del queries, seed
    return np.asarray(np.round(chances, int(settings["decimals"])), dtype=np.float64)


def _top(
    chances: FloatArray, settings: Mapping[str, float | str], queries: AnyArray, seed: int
) -> FloatArray:
    del queries, seed
    return top_scores(chances, OutputKind.PROBABILITIES, int(settings["k"]))


def _softmax(values: FloatArray) -> FloatArray:
    raised = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


_STEPS = {
    "temper": _temper,
    "noise": _noise,
    "flip": _flip,
    "detect": _detect,
    "round": _round,
    "top": _top,
}

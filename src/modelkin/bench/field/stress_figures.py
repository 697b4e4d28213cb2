"""The figures of more and more decided heads."""

import numpy as np

from modelkin.bench.field.headline import Figures
from modelkin.bench.field.pairs import Pairs
from modelkin.bench.field.rates import figure, model_draws
from modelkin.bench.field.stress import Stressed
from modelkin.bench.figures import Figure, share_figure
from modelkin.records import BoolArray, FloatArray


def stress_figures(figures: Figures, pairs: Pairs, one: Stressed, *, seed: int) -> None:
    """AUC and detection under heads of one steepness, and how many models say nothing.

    ``sharp10_*``: logits ten times as large, 8-bit answers. ``*_first_pool``: by the pool alone,
    pairs with a mute model left out; ``*_mute_too`` rates those 0. ``*_tried``: by the second
    stage, over the pairs that it was tried on; ``*_tried_first_pool``: the same pairs by the pool
    alone, mute models rated 0.

    Args:
        figures: to add to.
        pairs: of the group.
        one: what was measured.
        seed: of the bootstrap.
    """
    name, draws = f"sharp{one.steepness}", model_draws(pairs, seed)

    def rates(ending: str, similarity: FloatArray, keep: BoolArray) -> None:
        for stated, fpr in (("auc", None), ("tpr_at_fpr5", 0.05)):
            found = figure(pairs, similarity, keep=keep, draws=draws, fpr=fpr)
            why = "no related, or no unrelated, pair is left"
            figures.put(f"{name}_{stated}{ending}", found, why)

    mute_too = np.where(np.isfinite(one.first), one.first, 0.0)
    rates("_first_pool", one.first, one.touched)
    rates("_mute_too", mute_too, one.touched)
    tried = np.isfinite(one.second)
    rates("_tried", one.second, tried)
    rates("_tried_first_pool", mute_too, tried)
    if one.changed:
        figures.found[f"{name}_mute"] = share_figure(one.mute, one.changed)
        figures.found[f"{name}_hardly_moved"] = share_figure(one.unmoved, one.changed)
    if one.searched:
        figures.found[f"{name}_cannot_tell_of_tried"] = share_figure(one.lost, len(one.searched))
        figures.found[f"{name}_search_queries"] = Figure(
            value=float(np.mean(one.searched)),
            low=float(min(one.searched)),
            high=float(max(one.searched)),
            n=len(one.searched),
        )

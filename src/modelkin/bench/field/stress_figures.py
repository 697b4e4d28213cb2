"""The figures of more and more decided heads."""

import numpy as np

from modelkin.bench.field.headline import Figures
from modelkin.bench.field.pairs import Pairs
from modelkin.bench.field.rates import figure, model_draws
from modelkin.bench.field.stress import Stressed
from modelkin.bench.figures import share_figure
from modelkin.records import BoolArray, FloatArray


def stress_figures(figures: Figures, pairs: Pairs, one: Stressed, *, seed: int) -> None:
    """AUC and detection under heads of one steepness, and how many models say nothing.

    ``sharp10_*``: logits ten times as large, 8-bit answers, judged by the first pool alone. Pairs
    with a mute model are left out; ``*_mute_too`` rates those 0.

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

    rates("", one.similarity, one.touched)
    mute_too = np.where(np.isfinite(one.similarity), one.similarity, 0.0)
    rates("_mute_too", mute_too, one.touched)
    if one.changed:
        figures.found[f"{name}_mute"] = share_figure(one.mute, one.changed)
        figures.found[f"{name}_hardly_moved"] = share_figure(one.unmoved, one.changed)

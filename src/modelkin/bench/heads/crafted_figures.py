"""Figures of queries made for a source."""

import numpy as np

from modelkin.bench.figures import Figure
from modelkin.bench.heads.crafted import Crafted
from modelkin.bench.heads.pairs import Null, null_of
from modelkin.bench.heads.rates import DRAWS, Sample, auc_figure, tpr_figure

_LEVELS = ((0.05, "5"), (0.01, "1"))


def crafted_figures(crafted: Crafted, name: str, *, seed: int) -> dict[str, Figure]:
    """Kin against strangers and against siblings, by score and number of queries.

    Args:
        crafted: what was measured.
        name: of the sort of sources, in front of every figure.
        seed: of the bootstrap.
    """
    found: dict[str, Figure] = {}
    for (score, queries), values in crafted.scores.items():
        for null in (Null.N1, Null.N3):
            sample = _sample(crafted, values, null, seed)
            if sample is None:
                continue
            back = f"{null}_q{queries}"
            found[f"{name}_{score}_auc_{back}"] = auc_figure(sample)
            for level, text in _LEVELS:
                caught = tpr_figure(sample, level)
                if caught is not None:
                    found[f"{name}_{score}_tpr_at_fpr{text}_{back}"] = caught
    return found


def _sample(
    crafted: Crafted,
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    null: str,
    seed: int,
) -> Sample | None:
    sources, suspects = crafted.sources, crafted.suspects
    families = sorted({one.backbone for one in (*sources, *suspects)})
    place = {family: at for at, family in enumerate(families)}
    up, down = [], []
    for row, source in enumerate(sources):
        for column, suspect in enumerate(suspects):
            if source.trained == suspect.trained or np.isnan(values[row, column]):
                continue
            if source.backbone == suspect.backbone:
                up.append((row, column))
            elif null_of(source, suspect) == null:
                down.append((row, column))
    if not up or not down:
        return None
    down.sort(key=lambda cell: -values[cell])
    rng = np.random.default_rng(seed)
    size = len(families)
    drawn = rng.multinomial(size, np.full(size, 1 / size), size=DRAWS)
    return Sample(
        up=np.array([values[cell] for cell in up]),
        up_family=np.array([place[sources[row].backbone] for row, _ in up]),
        down=np.array([values[cell] for cell in down]),
        down_first=np.array([place[sources[row].backbone] for row, _ in down]),
        down_second=np.array([place[suspects[column].backbone] for _, column in down]),
        draws=np.vstack([np.ones((1, size)), drawn]),
    )

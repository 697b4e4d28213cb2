"""Labels of invented models: a source, honest references and own copies."""

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.records import IntArray

_QUERIES, _CLASSES, _REFERENCES = 300, 12, 6
_WRONG, _CHANGED = 0.35, 0.25


def toy_candidates(*, copies: int = 0, seed: int = 1) -> LabelCandidates:
    """Models that are right on two thirds of 300 inputs; copies that keep three of four answers.

    Args:
        copies: own copies of the source.
        seed: of everything.
    """
    rng = np.random.Generator(np.random.Philox(key=seed))
    truth = rng.integers(0, _CLASSES, _QUERIES)
    source, *references = (_changed(truth, _WRONG, rng) for _ in range(1 + _REFERENCES))
    held = [_changed(source, _CHANGED, rng) for _ in range(copies)]
    return LabelCandidates(
        source=source,
        references=np.stack(references),
        copies=np.array(held, dtype=np.int64).reshape(copies, _QUERIES),
    )


def _changed(labels: IntArray, share: float, rng: np.random.Generator) -> IntArray:
    drawn = rng.integers(0, _CLASSES, len(labels))
    return np.where(rng.random(len(labels)) < share, drawn, labels)

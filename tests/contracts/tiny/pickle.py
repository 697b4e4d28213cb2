"""A tiny model for the format ``pickle``."""

from pathlib import Path
from typing import Any

import numpy as np


def fitted() -> Any:  # noqa: ANN401 (scikit-learn has no types)
    from sklearn.linear_model import LogisticRegression

    rows = np.random.default_rng(2).normal(size=(60, 4))
    return LogisticRegression().fit(rows, rows[:, :3].argmax(axis=1))


def write(folder: Path) -> str:
    import joblib

    path = folder / "tiny.joblib"
    joblib.dump(fitted(), path)
    return str(path)

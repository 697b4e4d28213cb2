"""The models that are served, and the files that hold the same ones."""

from pathlib import Path
from typing import Any

import numpy as np

COLUMNS, CLASSES = 4, 3


def data(seed: int) -> tuple[Any, Any]:
    """A task of three classes; each seed draws other rows of it."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(400, COLUMNS))
    noisy = rows + 0.3 * rng.normal(size=rows.shape)
    return rows, np.argmax(noisy[:, :CLASSES] + 0.5 * noisy[:, 1:] ** 2, axis=1)


def classifier(seed: int) -> Any:  # noqa: ANN401 (scikit-learn has no types)
    """A network, smooth enough that any change shows in its scores."""
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier((16,), max_iter=2000, random_state=seed).fit(*data(seed))


def write_skops(folder: Path, seed: int) -> str:
    """The same classifier as a safe file."""
    from skops.io import dump

    path = folder / f"classifier-{seed}.skops"
    dump(classifier(seed), path)
    return str(path)


def write_joblib(folder: Path, seed: int) -> Path:
    """The same classifier as servers want it."""
    import joblib

    path = folder / f"classifier-{seed}.joblib"
    joblib.dump(classifier(seed), path)
    return path


def write_boosted(folder: Path, seed: int) -> Path:
    """A boosted forest of the same task, in LightGBM's own text."""
    import lightgbm

    rows, labels = data(seed)
    settings = {"objective": "multiclass", "num_class": CLASSES, "verbose": -1, "seed": seed}
    path = folder / f"boosted-{seed}.txt"
    booster = lightgbm.train({**settings, "num_threads": 1}, lightgbm.Dataset(rows, labels), 30)
    booster.save_model(path)
    return path

"""Boosters as their own libraries write them: a source, a tuned copy, and honest retrains."""

from pathlib import Path

import catboost
import lightgbm
import numpy as np
import xgboost

ROUNDS, MORE = 20, 10


def _table(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one and the same world; each seed draws other rows of it."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(2000, 8))
    score = rows[:, 0] * rows[:, 1] + np.sin(3 * rows[:, 2]) + rows[:, 3]
    return rows, (score + rng.normal(scale=0.3, size=2000) > 0).astype(int)


def write_boosters(folder: Path) -> None:
    """Each booster: a source, the source with more rounds, and one of other rows."""
    own, other = _table(0), _table(1)
    for name, (rows, wanted), rounds in (
        ("source", own, ROUNDS),
        ("tuned", own, ROUNDS + MORE),
        ("retrained", other, ROUNDS),
    ):
        place = folder / name
        place.mkdir(parents=True)
        common = {"verbosity": -1, "objective": "binary", "num_leaves": 31, "num_threads": 1}
        lightgbm.train(common, lightgbm.Dataset(rows, wanted), rounds).save_model(
            str(place / "lightgbm.txt")
        )
        matrix = xgboost.DMatrix(rows, wanted)
        chosen = {"objective": "binary:logistic", "max_depth": 5, "nthread": 1}
        booster = xgboost.train(chosen, matrix, rounds)
        booster.save_model(place / "xgboost.json")
        booster.save_model(place / "xgboost.ubj")
        for policy in ("SymmetricTree", "Lossguide"):
            made = catboost.CatBoostClassifier(
                iterations=rounds,
                depth=5,
                verbose=False,
                grow_policy=policy,
                learning_rate=0.1,
                random_seed=0,
                thread_count=1,
                allow_writing_files=False,
            )
            made.fit(rows, wanted)
            made.save_model(str(place / f"catboost-{policy.lower()}.cbm"))

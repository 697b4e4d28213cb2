"""A table of columns on very different scales, and models of it that every library can train."""

from pathlib import Path
from typing import Any

import numpy as np

from modelkin.records import FloatArray, IntArray

NAMES = ["ratio", "income", "kind", "age"]
CLASSES = 3


def table(seed: int = 0, rows: int = 900) -> tuple[FloatArray, IntArray]:
    """Rows of a ratio, an income, one of five kinds and an age, and their classes."""
    rng = np.random.default_rng(seed)
    columns = (
        rng.random(rows),
        rng.uniform(1e5, 1e6, rows),
        rng.integers(0, 5, rows),
        rng.integers(18, 90, rows),
    )
    ratio, income, kind, age = columns
    score = ratio + income / 1e6 + 0.4 * (kind % 2) + age / 200 + 0.05 * rng.normal(size=rows)
    classes = np.digitize(score, np.quantile(score, (1 / 3, 2 / 3)))
    return np.column_stack(columns).astype(np.float64), classes.astype(np.int64)


def train_lightgbm(*, seed: int = 0, categories: bool = True, **params: Any) -> Any:  # noqa: ANN401 (untyped)
    import lightgbm

    rows, classes = table(seed)
    held = lightgbm.Dataset(
        rows,
        classes,
        feature_name=list(NAMES),
        categorical_feature=[2] if categories else [],
        params={"verbose": -1, "min_data_per_group": 20, "cat_smooth": 1},
    )
    wanted = {"objective": "multiclass", "num_class": CLASSES, "seed": seed} | params
    quiet = {"verbose": -1, "num_threads": 1, "deterministic": True, "num_leaves": 8}
    return lightgbm.train({**quiet, **wanted}, held, 15)


def train_xgboost(*, seed: int = 0, categories: bool = True, **params: Any) -> Any:  # noqa: ANN401 (untyped)
    import xgboost

    rows, classes = table(seed)
    held = xgboost.DMatrix(
        rows,
        classes,
        feature_names=list(NAMES),
        feature_types=["float", "float", "c" if categories else "int", "int"],
        enable_categorical=True,
        nthread=1,
    )
    wanted = {"objective": "multi:softprob", "num_class": CLASSES, "seed": seed} | params
    return xgboost.train({"nthread": 1, "max_depth": 3, **wanted}, held, 15)


def train_catboost(*, seed: int = 0, categories: bool = False, **params: Any) -> Any:  # noqa: ANN401 (untyped)
    import catboost

    rows, classes = table(seed)
    wanted = {"iterations": 40, "depth": 3, "random_seed": seed, "thread_count": 1} | params
    model = catboost.CatBoostClassifier(**wanted, verbose=False, allow_writing_files=False)
    held: Any = rows
    if categories:
        held = rows.astype(object)
        held[:, 2] = rows[:, 2].astype(int).astype(str)
    pool = catboost.Pool(
        held, classes, feature_names=list(NAMES), cat_features=[2] if categories else []
    )
    return model.fit(pool)


def write_openvino(folder: Path) -> Path:
    """The ONNX classifier of the other tests, as OpenVINO's own files."""
    import openvino
    from tests.models.tiny_onnx import write_classifier

    model = openvino.Core().read_model(str(write_classifier(folder / "source.onnx")))
    openvino.save_model(model, str(folder / "tiny.xml"), compress_to_fp16=False)
    return folder / "tiny.xml"

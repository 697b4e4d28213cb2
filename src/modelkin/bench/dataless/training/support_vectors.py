"""Training a support-vector machine on HOG features and writing it as skops."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from modelkin.bench.dataless.hog_features import hog_features
from modelkin.bench.dataless.member import Member
from modelkin.records import IntArray

_MOST = 2500
_CELLS = {"coarse": 7, "fine": 5}
_KERNELS: dict[str, dict[str, Any]] = {
    "rbf": {"kernel": "rbf", "C": 4.0},
    "poly": {"kernel": "poly", "degree": 2, "C": 1.0, "coef0": 1.0},
}


def train_machine(
    member: Member, pictures: NDArray[np.uint8], labels: IntArray, *, shorten: float
) -> Pipeline:
    """Train a pipeline that takes raw pictures and gives probabilities.

    Its optimum is unique, so that models of one recipe differ by the images drawn for them.

    Args:
        member: whose features, kernel and seed are used.
        pictures: (n, 28, 28, 1).
        labels: (n,).
        shorten: factor on the number of pictures.
    """
    rng = np.random.default_rng(member.seed)
    count = min(len(pictures), max(200, round(_MOST * shorten)))
    rows = rng.choice(len(pictures), count, replace=False)
    machine = make_pipeline(
        FunctionTransformer(hog_features, kw_args={"cell": _CELLS[member.arch]}),
        StandardScaler(),
        CalibratedClassifierCV(SVC(**_KERNELS[member.recipe]), ensemble=False, cv=3),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        machine.fit(pictures[rows], labels[rows])
    return machine


def save_machine(machine: Pipeline, path: Path) -> None:
    """Write the pipeline; the file appears only when complete."""
    part = path.with_suffix(".part")
    skops.io.dump(machine, part)
    part.replace(path)

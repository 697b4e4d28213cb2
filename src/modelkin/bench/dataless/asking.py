"""Asking a model of the zoo for class probabilities."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.asking import Session
from modelkin.bench.asking import answer as answer_onnx
from modelkin.bench.dataless.member import Kind
from modelkin.models.extras import require

_TRUSTED = frozenset(
    {
        "modelkin.bench.dataless.hog_features.hog_features",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
    }
)


def scored(path: Path, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 1) scores of a critic for (n, 28, 28, 1) pictures; their unit is its own."""
    return answer_onnx(path, pictures)


def generated(path: Path, latents: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(n, 784) grey values of a generator's pictures for (n, 32) latents."""
    reals = Session(path).answer_rows(latents)
    return np.asarray(np.rint(reals.reshape(len(reals), -1) * 255), dtype=np.uint8)


def answer(kind: Kind, path: Path, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 10) probabilities for (n, 28, 28, 1) pictures.

    Args:
        kind: of the model.
        path: of its file; the benchmark wrote it, so its code is trusted.
        pictures: what is asked.
    """
    if kind is Kind.CNN:
        logits = answer_onnx(path, pictures).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)
    files = require("skops.io", "sklearn")
    named = files.get_untrusted_types(file=path)
    strange = sorted(set(named) - _TRUSTED)
    if strange:
        raise ValueError(f"'{path}' holds {', '.join(strange)}, which the benchmark never writes")
    machine = files.load(path, trusted=named)
    return np.asarray(machine.predict_proba(pictures), dtype=np.float32)

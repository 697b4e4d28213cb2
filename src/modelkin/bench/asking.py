"""Asking an ONNX file of a bench directly: the bench made it, so no worker guards us against it."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

_BATCH = 256


class Session:
    """An opened ONNX file, on one thread.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._name = self._session.get_inputs()[0].name

    def answer(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(n, classes) logits for (n, h, w, 3) pictures."""
        batches = (pictures[start : start + _BATCH] for start in range(0, len(pictures), _BATCH))
        return np.concatenate([self._run(_reals(batch)) for batch in batches])

    def answer_rows(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Whatever the model gives for (n, width) reals, which it takes as they are."""
        starts = range(0, len(rows), _BATCH)
        return np.concatenate([self._run(rows[start : start + _BATCH]) for start in starts])

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = self._session.run(None, {self._name: batch})[0]
        return found


def answer(path: Path, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, classes) logits of the model in a file."""
    return Session(path).answer(pictures)


def _reals(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), dtype=np.float32) / np.float32(255)

"""A model of the study as the source that crafters question, without gradients."""

from pathlib import Path

import numpy as np

from modelkin.answers.scales import log_probability_values
from modelkin.bench.asking import Session
from modelkin.errors import IncompatibleError
from modelkin.records import AnyArray, FloatArray, IntArray, OutputKind


class SourceOracle:
    """Counts what it is asked.

    Args:
        path: its ONNX file.
        kind: what its outputs are.
    """

    differentiable = False

    def __init__(self, path: Path, kind: OutputKind) -> None:
        self._session, self._kind = Session(path), kind
        self.asked = 0

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        """(n, k) for (n, h, w, 3) bytes."""
        self.asked += len(queries)
        told = self._session.answer(queries.astype(np.uint8, casting="same_kind"))
        return log_probability_values(told, self._kind, None)

    def labels(self, queries: AnyArray) -> IntArray:
        """(n,) predicted classes."""
        return np.asarray(self.log_probabilities(queries).argmax(axis=1), dtype=np.int64)

    def gradient(self, queries: FloatArray, weights: FloatArray) -> FloatArray:
        """There is none.

        Raises:
            IncompatibleError: always.
        """
        del queries, weights
        raise IncompatibleError(
            "an exported model shows no gradients", hint="use a crafter that needs none"
        )

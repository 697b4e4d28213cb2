"""A tiny function for the format ``python_callable``: this file's own."""

from pathlib import Path

import numpy as np

from modelkin.records import FloatArray


class _Softmax:
    modelkin = {"shape": [4], "output": "probabilities"}  # noqa: RUF012 (as users write it)

    def __call__(self, rows: FloatArray) -> FloatArray:
        rows *= 2.0  # writes into its input, which must not reach the caller
        odds = np.exp(rows - rows.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


softmax = _Softmax()


def write(folder: Path) -> str:
    del folder
    return f"{__name__}:softmax"

"""Arrays handed between two processes through one memory-mapped file."""

import math
import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import PredictionError
from modelkin.records import AnyArray

_ALIGN = 64
_NUMBERS = "biuf"
_LARGEST = 4 << 30


class Arena:
    """One side's end of the file; the writer grows it, the reader follows.

    Args:
        path: the file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._map: mmap.mmap | None = None

    def put(self, arrays: Sequence[AnyArray]) -> list[dict[str, Any]]:
        """Write arrays and return where they are, as JSON values."""
        specs, offset = [], 0
        for array in arrays:
            place = {"dtype": array.dtype.str, "shape": list(array.shape), "offset": offset}
            specs.append(place)
            offset += -(-array.nbytes // _ALIGN) * _ALIGN
        if os.fstat(self._file).st_size < offset:
            os.ftruncate(self._file, offset)
        for spec, array in zip(specs, arrays, strict=True):
            if array.size:
                self._view(spec)[...] = array
        return specs

    def get(self, specs: Sequence[dict[str, Any]]) -> tuple[AnyArray, ...]:
        """Copies of the arrays that the other side put.

        Raises:
            PredictionError: the other side tells of something that is not there.
        """
        try:
            return tuple(self._view(spec).copy() for spec in specs)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise PredictionError(
                f"the worker process told of an impossible answer ({error})",
                hint="the model's runtime is faulty or hostile; do not rely on it",
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        if self._map is not None:
            self._map.close()
        os.close(self._file)

    def _view(self, spec: dict[str, Any]) -> AnyArray:
        dtype, shape = np.dtype(spec["dtype"]), tuple(int(size) for size in spec["shape"])
        offset, count = int(spec["offset"]), math.prod(shape)
        if dtype.kind not in _NUMBERS or offset < 0 or min(shape, default=0) < 0:
            raise ValueError(f"{spec}")
        end = offset + count * dtype.itemsize
        if end > _LARGEST or end > os.fstat(self._file).st_size:
            raise ValueError(f"{count} values of {dtype} at {offset}")
        if count == 0:
            return np.empty(shape, dtype)
        if self._map is None or len(self._map) < end:
            self._map = mmap.mmap(self._file, 0)
        return np.frombuffer(self._map, dtype, count, offset).reshape(shape)

"""What one model answered on one pool."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np

from modelkin.records.vocabulary import Access, AnyArray, IntArray, OutputKind


@dataclass(frozen=True, kw_only=True, eq=False)
class Responses:
    """The usable answers of one model, a row a query.

    Attributes:
        model: name of the model.
        model_digest: sha256 of the model and of the way it was fed.
        pool: full name of the pool.
        pool_digest: sha256 of the pool's queries.
        values: (n, k) scores, or (n, 1) integer labels when ``kind`` is labels.
        kind: what the numbers mean.
        access: what the model shows.
        index: (n,) positions in the pool, ascending; queries without a usable answer are absent.
        parts: name of the pool part of each row.
        asked: how many queries were put to the model, over all runs.
        step: smallest difference that the scores can show (quantized outputs), or None.
    """

    model: str
    model_digest: str
    pool: str
    pool_digest: str
    values: AnyArray
    kind: OutputKind
    access: Access
    index: IntArray
    parts: tuple[str, ...]
    asked: int
    step: float | None = None

    def __len__(self) -> int:
        return len(self.index)

    @property
    def labels(self) -> IntArray:
        """(n,) predicted class of each row."""
        if self.kind is OutputKind.LABELS:
            return self.values[:, 0].astype(np.int64)
        return np.asarray(self.values.argmax(axis=1), dtype=np.int64)

    @property
    def digest(self) -> str:
        """sha256 of the answers themselves."""
        content = hashlib.sha256(np.ascontiguousarray(self.values).tobytes())
        content.update(self.index.tobytes())
        return content.hexdigest()

    def take(self, rows: IntArray) -> "Responses":
        """Keep the given rows, in the given order."""
        return replace(
            self,
            values=self.values[rows],
            index=self.index[rows],
            parts=tuple(self.parts[row] for row in rows),
        )

    def at(self, positions: IntArray) -> "Responses":
        """Keep the rows whose pool position is among ``positions``."""
        return self.take(np.flatnonzero(np.isin(self.index, positions)))

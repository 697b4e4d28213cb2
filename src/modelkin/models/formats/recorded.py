"""Recorded answers: a table that is looked up by query id."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from modelkin.models.contents import content_kind, zip_names
from modelkin.models.recorded_table import RecordedTable, read_recorded
from modelkin.protocols import Model, ModelFormat
from modelkin.records import Access, AnyArray, Batch, OutputKind, Signature, TensorSpec

_CONTENT: dict[str, set[str | None]] = {
    ".csv": {None},
    ".parquet": {None, "parquet"},
    ".npz": {None, "zip"},
}


@dataclass(frozen=True)
class Recorded(ModelFormat):
    """Answers recorded elsewhere (.csv, .parquet, .npz), keyed by query id."""

    name: ClassVar[str] = "recorded"
    extensions: ClassVar[tuple[str, ...]] = (".csv", ".parquet", ".npz")
    loading: ClassVar[str] = "a table is read; nothing in the file is run"
    isolated: ClassVar[bool] = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the ending, or by the content of Parquet files and npz archives with ids."""
        kind = content_kind(first_bytes)
        suffix = Path(location).suffix.lower()
        if suffix in _CONTENT:
            return kind in _CONTENT[suffix]
        return kind == "parquet" or (kind == "zip" and "ids.npy" in zip_names(location))

    def load(self, location: str) -> Model:
        """Read the table.

        Raises:
            BrokenModelError: it has no ids or no answers.
        """
        return _RecordedModel(read_recorded(Path(location)))


class _RecordedModel:
    """A table and the row of each id."""

    def __init__(self, table: RecordedTable) -> None:
        self._table = table
        self._rows = {query: row for row, query in enumerate(table.ids)}
        floats = np.result_type(table.values.dtype, np.float16)
        precision = floats if floats in {np.float32, np.float64} else np.float64
        self._values = table.values.reshape(len(table.ids), -1).astype(precision)

    @property
    def ids(self) -> frozenset[str]:
        """The queries that were recorded."""
        return frozenset(self._rows)

    @property
    def signature(self) -> Signature:
        """No inputs; labels only where only labels were recorded."""
        labels = self._table.kind is OutputKind.LABELS
        output = TensorSpec(
            name="labels" if labels else "scores",
            shape=(None, self._values.shape[1]),
            dtype=self._values.dtype.name,
        )
        return Signature(
            outputs=(output,),
            access=Access.LABEL if labels else Access.SCORES,
            output=self._table.kind,
            labels=self._table.labels,
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Look the ids up; those that were not recorded get a row of NaN."""
        rows = np.array([self._rows.get(query, -1) for query in batch.ids], dtype=np.int64)
        answers = np.full((len(rows), self._values.shape[1]), np.nan, dtype=self._values.dtype)
        known = rows >= 0
        answers[known] = self._values[rows[known]]
        return (answers,)

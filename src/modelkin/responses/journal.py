"""Answers on disk as they arrive, so that a killed run loses nothing.

Layout of one folder, one model and pool: ``meta.json``, ``journal.jsonl`` with a line before and
after each batch (and, over a network, before each request), ``output-<i>.bin`` with raw rows.
Rows are written before the line that vouches for them; what a kill tears off is cut away on the
next open.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout

from modelkin.errors import CorruptFileError, SchemaVersionError, StoreError
from modelkin.records import AnyArray, IntArray

_SCHEMA = 1


class Journal:
    """The recorded answers of one model on one pool, open for more.

    Args:
        folder: where they are kept; made when missing.
        n: queries in the pool, which is the budget.
        about: what the folder belongs to, for people.
    """

    def __init__(self, folder: Path, *, n: int, about: dict[str, str]) -> None:
        self._folder = folder
        self.n = n
        self.budget = n  # queries that may be put on the wire
        self._about = about
        self._specs: list[dict[str, Any]] = []
        self.answered: list[tuple[int, int]] = []
        self.dangling: list[tuple[int, int]] = []
        self.sent = 0

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self._folder / "lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise StoreError(
                f"another run is asking this model right now ({self._folder})",
                hint="wait for it, or pass --cache with another folder",
            ) from error
        self._read_meta()
        self._read_lines()
        self._cut_torn_rows()
        self._log = (self._folder / "journal.jsonl").open("a", encoding="utf-8", buffering=1)
        self._files = [self._output(i).open("ab", buffering=0) for i in range(len(self._specs))]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in [self._log, *self._files]:
            file.close()
        self._lock.release()

    def asking(self, start: int, stop: int) -> None:
        """Note that queries ``start:stop`` are about to be put to the model."""
        self._log.write(f'{{"asking": [{start}, {stop}]}}\n')

    def sending(self, start: int, queries: int) -> None:
        """Note that so many queries are about to travel, or (negative) did not travel."""
        self.sent += queries
        self._log.write(f'{{"sending": [{start}, {queries}]}}\n')

    def never_left(self, start: int, stop: int) -> None:
        """Note that queries ``start:stop`` failed before anything was put on the wire."""
        self._log.write(f'{{"never_left": [{start}, {stop}]}}\n')

    def keep(self, start: int, stop: int, outputs: Sequence[AnyArray]) -> None:
        """Write the answers to queries ``start:stop``."""
        if not self._specs:
            self._open_outputs(outputs)
        for file, output in zip(self._files, outputs, strict=True):
            file.write(np.ascontiguousarray(output).data.cast("B"))
        self._log.write(f'{{"answered": [{start}, {stop}]}}\n')
        self.answered.append((start, stop))

    def expects(self, outputs: Sequence[AnyArray]) -> bool:
        """Whether answers have the shapes and types of those recorded before."""
        return not self._specs or self._specs == [_spec(output) for output in outputs]

    def read(self) -> tuple[list[AnyArray], IntArray]:
        """All recorded answers, one array an output, and their pool positions, ascending."""
        spans = [np.arange(start, stop) for start, stop in self.answered]
        index = np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)
        order = np.argsort(index, kind="stable")
        outputs: list[AnyArray] = []
        for i, spec in enumerate(self._specs):
            rows = np.fromfile(self._output(i), dtype=spec["dtype"]).reshape(-1, *spec["shape"])
            outputs.append(rows if np.array_equal(order, np.arange(len(order))) else rows[order])
        return outputs, index[order]

    def _open_outputs(self, outputs: Sequence[AnyArray]) -> None:
        self._specs = [_spec(output) for output in outputs]
        self._write_meta()
        self._files = [self._output(i).open("ab", buffering=0) for i in range(len(outputs))]

    def _read_meta(self) -> None:
        path = self._folder / "meta.json"
        if not path.exists():
            self._write_meta()
            return
        try:
            meta = json.loads(path.read_text(encoding="utf-8"))
            schema, n, self._specs = meta["schema"], meta["n"], meta["outputs"]
        except (ValueError, KeyError, TypeError) as error:
            raise self._corrupt("meta.json cannot be read") from error
        if schema != _SCHEMA:
            raise SchemaVersionError(
                f"answers in {self._folder} have schema {schema}, this version reads {_SCHEMA}",
                hint="remove that folder, or pass --cache with another one",
            )
        if n != self.n:
            raise self._corrupt(f"recorded for {n} queries, {self.n} are asked")

    def _write_meta(self) -> None:
        meta = {"schema": _SCHEMA, "n": self.n, "about": self._about, "outputs": self._specs}
        partial = self._folder / "meta.json.partial"
        partial.write_text(json.dumps(meta, indent=1), encoding="utf-8")
        partial.replace(self._folder / "meta.json")

    def _read_lines(self) -> None:
        path = self._folder / "journal.jsonl"
        whole = path.read_bytes().rpartition(b"\n")[0] if path.exists() else b""
        pending: tuple[int, int] | None = None
        for line in whole.splitlines():
            try:
                [(event, (start, stop))] = json.loads(line).items()
            except ValueError as error:
                raise self._corrupt(f"journal line {line[:60]!r} cannot be read") from error
            if event == "sending":  # between asking and what became of it
                self.sent += stop
                continue
            if pending is not None and event == "asking":
                self.dangling.append(pending)
            pending = (start, stop) if event == "asking" else None
            if event == "answered":
                self.answered.append((start, stop))
        if pending is not None:
            self.dangling.append(pending)
        if path.exists():
            path.write_bytes(whole + b"\n" if whole else b"")

    def _cut_torn_rows(self) -> None:
        rows = sum(stop - start for start, stop in self.answered)
        if rows and not self._specs:
            raise self._corrupt("answers are vouched for but none are kept")
        for i, spec in enumerate(self._specs):
            size = int(rows * np.dtype(spec["dtype"]).itemsize * np.prod(spec["shape"]))
            path = self._output(i)
            held = path.stat().st_size if path.exists() else 0
            if held < size:
                raise self._corrupt(f"{path.name} is shorter than its journal says")
            if held > size:
                with path.open("r+b") as file:
                    file.truncate(size)

    def _output(self, i: int) -> Path:
        return self._folder / f"output-{i}.bin"

    def _corrupt(self, what: str) -> CorruptFileError:
        return CorruptFileError(
            f"the recorded answers in {self._folder} are damaged: {what}",
            hint="remove that folder to ask again",
        )


def _spec(output: AnyArray) -> dict[str, Any]:
    return {"dtype": output.dtype.str, "shape": list(output.shape[1:])}

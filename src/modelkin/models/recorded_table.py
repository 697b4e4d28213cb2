"""Tables of recorded answers: CSV, Parquet or npz, keyed by query id; never pickle."""

import csv
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import BrokenModelError, UsageError
from modelkin.records import AnyArray, OutputKind

_PREFIXES: dict[str, OutputKind | None] = {"score": None} | {
    kind.value: kind for kind in OutputKind if kind is not OutputKind.LABELS
}
_INTEGER = re.compile(r"\s*[+-]?\d+\s*")
_COLUMNS = "columns 'id' and 'label', or 'id' and 'score:<class>' for each class"


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordedTable:
    """Answers by query id.

    Attributes:
        ids: query ids, each once.
        values: (n, k) scores or (n,) class indices.
        kind: what the numbers mean, or None when the file does not say.
        labels: class names, where the file holds them.
    """

    ids: tuple[str, ...]
    values: AnyArray
    kind: OutputKind | None
    labels: tuple[str, ...] = ()


def write_recorded(
    path: Path,
    ids: Sequence[str],
    values: AnyArray,
    *,
    kind: OutputKind | None,
    labels: Sequence[str] = (),
) -> None:
    """Write answers so that they read back exactly; the ending of the path chooses the form.

    CSV and Parquet have a column ``id`` and either ``label`` or one column a class, named
    ``<kind>:<class>`` (``score:<class>`` when the kind is unknown). npz has ``ids``, ``scores`` or
    ``labels``, ``kind`` and ``classes``; only npz keeps the names of classes of bare labels.

    Args:
        path: ends in .csv, .parquet or .npz.
        ids: query ids.
        values: (n, k) scores, or (n,) or (n, 1) class indices when ``kind`` is labels.
        kind: what the numbers mean.
        labels: class names; left out unless there is one a column.

    Raises:
        UsageError: another ending, or not one id a row.
    """
    rows = np.asarray(values).reshape(len(values), -1)
    columns = _named_columns(rows, kind, labels)
    if len(ids) != len(rows):
        raise UsageError(f"{len(ids)} ids for {len(rows)} answers", hint="give one id a row")
    part = path.with_name(path.name + ".part")
    match path.suffix.lower():
        case ".csv":
            _write_csv(part, ids, columns)
        case ".parquet":
            _write_parquet(part, ids, columns)
        case ".npz":
            bare = kind is OutputKind.LABELS
            answers = {"labels": columns["label"]} if bare else {"scores": rows}
            with part.open("wb") as file:
                np.savez(
                    file,
                    ids=np.array(list(ids), dtype=np.str_),
                    kind=np.array(kind.value if kind else ""),
                    classes=np.array(list(labels), dtype=np.str_),
                    **answers,
                )
        case other:
            raise UsageError(
                f"answers cannot be written as '{other}'", hint="use .csv, .parquet or .npz"
            )
    part.replace(path)


def read_recorded(path: Path) -> RecordedTable:
    """Read a table of answers.

    Raises:
        BrokenModelError: it cannot be read, or has no ids or no answers; says which.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return _from_columns(path, _read_csv(path))
    with path.open("rb") as file:
        is_archive = file.read(2) == b"PK"
    if suffix == ".npz" or is_archive:
        return _read_npz(path)
    return _from_columns(path, _read_parquet(path))


def _named_columns(
    rows: AnyArray, kind: OutputKind | None, labels: Sequence[str]
) -> dict[str, AnyArray]:
    if kind is OutputKind.LABELS:
        return {"label": rows[:, 0].astype(np.int64)}
    names = [str(column) for column in range(rows.shape[1])]
    if len(labels) == rows.shape[1]:
        seen = Counter(labels)
        # apps do name several classes alike, and a column needs a name of its own
        names = [
            f"{name}#{column}" if seen[name] > 1 else name for column, name in enumerate(labels)
        ]
    prefix = kind.value if kind else "score"
    return {f"{prefix}:{name}": rows[:, column] for column, name in enumerate(names)}


def _write_csv(path: Path, ids: Sequence[str], columns: dict[str, AnyArray]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *columns])
        lists = [column.tolist() for column in columns.values()]
        writer.writerows(
            [query, *map(repr, row)]
            for query, row in zip(ids, zip(*lists, strict=True), strict=True)
        )


def _write_parquet(path: Path, ids: Sequence[str], columns: dict[str, AnyArray]) -> None:
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet

    arrays = {name: Array(np.ascontiguousarray(column)) for name, column in columns.items()}
    table = Table.from_pydict({"id": Array(list(ids), DataType.string()), **arrays})
    write_parquet(table, path)


def _read_csv(path: Path) -> dict[str, list[Any]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _broken(path, f"cannot be read as CSV ({error})") from error
    if not rows:
        raise _broken(path, "is empty")
    header = [name.strip() for name in rows[0]]
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise _broken(path, f"has {len(row)} cells in row {number}, not {len(header)}")
    if len(set(header)) != len(header):
        raise _broken(path, "names a column twice")
    cells = list(zip(*rows[1:], strict=True)) or [()] * len(header)
    return {name: list(column) for name, column in zip(header, cells, strict=True)}


def _read_parquet(path: Path) -> dict[str, Any]:
    from arro3.io import read_parquet

    try:
        table = read_parquet(path).read_all()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        # arro3 raises a bare BaseException (a Rust panic) on a damaged file
        raise _broken(path, f"cannot be read as Parquet ({str(error)[-120:]})") from error
    found: dict[str, Any] = {}
    for name in table.column_names:
        column = table[name]
        plain = column.null_count == 0 and column.type.is_numeric
        found[name] = column.to_numpy() if plain else column.to_pylist()
    return found


def _read_npz(path: Path) -> RecordedTable:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile, EOFError) as error:
        raise _broken(path, f"cannot be read as npz ({error})") from error
    answers = next((name for name in ("scores", "labels") if name in arrays), None)
    missing = [] if "ids" in arrays else ["'ids'"]
    missing += [] if answers else ["'scores' or 'labels'"]
    if answers is None or missing:
        raise _broken(path, f"lacks the array {' and '.join(missing)}")
    ids = _unique(path, [str(query) for query in arrays["ids"].ravel()])
    values = arrays[answers]
    if len(values) != len(ids):
        raise _broken(path, f"has {len(ids)} ids and {len(values)} answers")
    classes = tuple(str(name) for name in arrays.get("classes", np.array([])).ravel())
    if answers == "labels":
        indices, found = _indexed(path, values.ravel().tolist())
        return RecordedTable(
            ids=ids, values=indices, kind=OutputKind.LABELS, labels=found or classes
        )
    if values.dtype.kind not in "iuf":
        raise _broken(path, f"has scores of type {values.dtype}, not numbers")
    return RecordedTable(
        ids=ids, values=values, kind=_stated_kind(path, arrays.get("kind")), labels=classes
    )


def _from_columns(path: Path, columns: dict[str, Any]) -> RecordedTable:
    if "id" not in columns:
        raise _broken(path, f"has no column 'id' (it has: {', '.join(columns) or 'none'})")
    ids = _unique(path, [str(query) for query in columns["id"]])
    others = [name for name in columns if name != "id"]
    scored = [name for name in others if ":" in name and name.split(":", 1)[0] in _PREFIXES]
    if not scored and "label" in others:
        indices, labels = _indexed(path, list(columns["label"]))
        return RecordedTable(ids=ids, values=indices, kind=OutputKind.LABELS, labels=labels)
    chosen = scored or others
    if not chosen:
        raise _broken(path, "has no column of answers")
    values = np.column_stack([_numbers(path, name, columns[name]) for name in chosen])
    kinds = {_PREFIXES[name.split(":", 1)[0]] for name in scored}
    if len(kinds) > 1:
        raise _broken(path, "mixes columns of several kinds of answers")
    names = tuple(name.split(":", 1)[1] if scored else name for name in chosen)
    numbered = names == tuple(str(column) for column in range(len(names)))
    return RecordedTable(
        ids=ids,
        values=values,
        kind=next(iter(kinds), None),
        labels=() if numbered else names,
    )


def _numbers(path: Path, name: str, column: Any) -> AnyArray:  # noqa: ANN401 (cells of any kind)
    if isinstance(column, np.ndarray):
        return column
    try:
        return np.array([np.nan if cell in {None, ""} else float(cell) for cell in column])
    except (TypeError, ValueError) as error:
        raise _broken(path, f"has something else than numbers in column '{name}'") from error


def _indexed(path: Path, cells: list[Any]) -> tuple[AnyArray, tuple[str, ...]]:
    """Class indices of recorded labels; text is numbered in sorted order."""
    if any(cell is None or cell == "" for cell in cells):
        raise _broken(path, "has rows without a label")
    if all(_INTEGER.fullmatch(str(cell)) for cell in cells):
        return np.array([int(cell) for cell in cells], dtype=np.int64), ()
    texts = np.array([str(cell) for cell in cells], dtype=np.str_)
    classes, indices = np.unique(texts, return_inverse=True)
    return indices.astype(np.int64), tuple(str(name) for name in classes)


def _unique(path: Path, ids: list[str]) -> tuple[str, ...]:
    if len(set(ids)) != len(ids):
        twice = Counter(ids).most_common(1)[0][0]
        raise _broken(path, f"has the id '{twice}' more than once")
    return tuple(ids)


def _stated_kind(path: Path, stated: AnyArray | None) -> OutputKind | None:
    if stated is None or not str(stated):
        return None
    try:
        return OutputKind(str(stated))
    except ValueError as error:
        raise _broken(path, f"has an unknown kind '{stated}'") from error


def _broken(path: Path, what: str) -> BrokenModelError:
    return BrokenModelError(
        f"the recorded answers '{path}' {what}",
        hint=f"a table has {_COLUMNS}; an npz has arrays 'ids' and 'scores' or 'labels'",
    )

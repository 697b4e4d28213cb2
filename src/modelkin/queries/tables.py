"""Rows from a CSV or Parquet file: its numeric columns, in the order of the file."""

import csv
from pathlib import Path

import numpy as np

from modelkin.errors import PoolError
from modelkin.records import FloatArray

TABLE_ENDINGS = frozenset({".csv", ".parquet"})
_IDENTIFIER = "id"
_MAGIC = b"PAR1"


def read_table(path: Path) -> FloatArray:
    """Read a table as (rows, columns); a column named ``id`` is left out.

    Raises:
        PoolError: it cannot be read, has no rows or no numeric columns, or a column holds
            something else than finite numbers.
    """
    columns = _read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path)
    columns = {name: values for name, values in columns.items() if name.lower() != _IDENTIFIER}
    if not columns:
        raise PoolError(
            f"table '{path}' has no columns to ask with",
            hint="it needs numeric columns besides 'id'",
        )
    for name, values in columns.items():
        bad = np.flatnonzero(~np.isfinite(values))
        if len(bad):
            raise PoolError(
                f"column '{name}' of '{path}' is not a finite number in row {int(bad[0]) + 1}",
                hint="fill or drop missing values first",
            )
    return np.stack(list(columns.values()), axis=1)


def _read_csv(path: Path) -> dict[str, FloatArray]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in csv.reader(file) if line]
    except (OSError, ValueError, csv.Error) as error:
        raise _unreadable(path, str(error)) from error
    header, rows = lines[0] if lines else [], lines[1:]
    if not header or all(_is_number(cell) for cell in header):
        raise _unreadable(path, "its first line holds no column names")
    _check_names(path, header)
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise _unreadable(path, f"row {number} has {len(row)} cells instead of {len(header)}")
    return {
        name: _csv_column(path, name, [row[place] for row in rows])
        for place, name in enumerate(header)
    }


def _csv_column(path: Path, name: str, cells: list[str]) -> FloatArray:
    if name.lower() == _IDENTIFIER:
        return np.zeros(len(cells))
    for number, cell in enumerate(cells, start=1):
        if cell.strip() and not _is_number(cell):
            raise _not_numeric(path, name, f"row {number} says '{cell[:40]}'")
    return np.array([float(cell) if cell.strip() else np.nan for cell in cells])


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _read_parquet(path: Path) -> dict[str, FloatArray]:
    from arro3.io import read_parquet

    try:
        _check_parquet(path)
        table = read_parquet(str(path)).read_all()
    except PoolError:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # arro3 panics on damaged files, which is no Exception
        raise _unreadable(path, str(error)) from error
    names = [str(name) for name in table.column_names]
    _check_names(path, names)
    columns = {}
    for place, name in enumerate(names):
        if name.lower() == _IDENTIFIER:
            continue
        column = table.column(place)
        kind = column.type
        if not (kind.is_integer(kind) or kind.is_floating(kind) or kind.is_boolean(kind)):
            raise _not_numeric(path, name, f"its type is {str(kind).split('<')[-1].strip(' >')}")
        if column.null_count:
            raise PoolError(
                f"column '{name}' of '{path}' has {column.null_count} missing values",
                hint="fill or drop missing values first",
            )
        columns[name] = np.asarray(column.to_numpy(), dtype=np.float64)
    return columns


def _check_parquet(path: Path) -> None:
    # arro3 prints a panic for files that are no Parquet at all: say it ourselves
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, str(error)) from error
    if not (content.startswith(_MAGIC) and content.endswith(_MAGIC)):
        raise _unreadable(path, "it is no Parquet file, or cut short")


def _check_names(path: Path, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _unreadable(path, f"column '{twice[0]}' appears twice")


def _not_numeric(path: Path, name: str, why: str) -> PoolError:
    return PoolError(
        f"column '{name}' of '{path}' is not numeric: {why}",
        hint="encode text as numbers the way the model expects, or drop the column",
    )


def _unreadable(path: Path, why: str) -> PoolError:
    return PoolError(
        f"table '{path}' cannot be read: {why}",
        hint="give a CSV file with a line of column names, or a Parquet file",
    )

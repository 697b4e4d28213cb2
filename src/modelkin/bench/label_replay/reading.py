"""Reading a folder of recorded labels: labels.npz and models.csv."""

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from modelkin.bench.label_replay.recorded import BASE, RecordedLabels
from modelkin.errors import UsageError
from modelkin.records import AnyArray, FloatArray

LOST_ACCURACY = 0.15
_BASE = "base"
_ARRAYS = ("labels", "names", "truth")
_COLUMNS = ("name", "family", "variation", "accuracy")


def read_labels(folder: Path) -> RecordedLabels:
    """Read and check recorded labels; variants that lost too much accuracy are left out.

    Args:
        folder: holds ``labels.npz`` (``labels`` (models, images) and ``truth`` (images,), integers;
            ``names`` (models,)) and ``models.csv`` (name, family, variation, accuracy; one ``base``
            a family, which the accuracies of its variants are held against).

    Raises:
        UsageError: something is missing or contradictory; the message names it.
    """
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder of recorded labels at '{folder}'",
            hint="pass --data with a folder that holds labels.npz and models.csv",
        )
    labels, names, truth = _arrays(folder / "labels.npz")
    table = folder / "models.csv"
    rows = _models(table, names)
    families = tuple(sorted({row["family"] for row in rows}))
    family = np.array([families.index(row["family"]) for row in rows])
    bases = np.array([_base(name, rows, table) for name in families])
    accuracy = _accuracies(rows, table)
    kept = np.flatnonzero(accuracy >= accuracy[bases][family] - LOST_ACCURACY)
    variations = [rows[model]["variation"] for model in kept]
    kinds = tuple(sorted(set(variations) - {_BASE}))
    return RecordedLabels(
        answers=np.ascontiguousarray(labels[kept].T, dtype=np.int32),
        truth=truth.astype(np.int32),
        families=families,
        family=family[kept],
        kinds=kinds,
        kind=np.array([BASE if one == _BASE else kinds.index(one) for one in variations]),
        bases=np.searchsorted(kept, bases),
        names=tuple(rows[model]["name"] for model in kept),
    )


def _arrays(path: Path) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Labels, names and truth, of shapes that agree."""
    _require(path)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            missing = [name for name in _ARRAYS if name not in held.files]
            arrays = {name: held[name] for name in _ARRAYS if name in held.files}
    except (TypeError, OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise UsageError(
            f"'{path}' cannot be read as a file of arrays: {error}",
            hint="write it anew: numpy.savez_compressed(path, labels=..., names=..., truth=...)",
        ) from error
    if missing:
        raise UsageError(
            f"'{path}' has no array '{missing[0]}'",
            hint=f"it must hold {', '.join(_ARRAYS)}; save all three with numpy.savez_compressed",
        )
    labels, names, truth = (arrays[name] for name in _ARRAYS)
    if (names.ndim, truth.ndim) != (1, 1) or labels.shape != (len(names), len(truth)):
        raise UsageError(
            f"the arrays of '{path}' disagree: labels {labels.shape}, names {names.shape}, "
            f"truth {truth.shape}",
            hint="labels is (models, images), names (models,), truth (images,)",
        )
    for name, array in (("labels", labels), ("truth", truth)):
        if array.dtype.kind not in "iu":
            raise UsageError(
                f"'{name}' in '{path}' holds {array.dtype}, not integers",
                hint="give the index of the top-1 class of each answer",
            )
    return labels, names, truth


def _models(path: Path, names: AnyArray) -> list[dict[str, str]]:
    """The row of each model, in the order of the arrays."""
    header, rows = _table(path)
    lacking = [name for name in _COLUMNS if name not in header]
    if lacking:
        raise UsageError(
            f"'{path}' has no column '{lacking[0]}'",
            hint=f"its first line must name {', '.join(_COLUMNS)}",
        )
    short = [number for number, row in enumerate(rows, 2) if None in row.values() or None in row]
    if short:
        raise UsageError(
            f"line {short[0]} of '{path}' has another number of columns than the first one",
            hint="put a value under every column, in quotes where it holds a comma",
        )
    by_name = {row["name"]: row for row in rows}
    wanted = [str(name) for name in names]
    unknown = sorted(set(wanted) ^ set(by_name))
    if unknown or len(by_name) != len(rows) or len(set(wanted)) != len(wanted):
        example = f"such as '{unknown[0]}'" if unknown else "a name stands there twice"
        raise UsageError(
            f"'{path}' and the names in labels.npz are not the same models, {example}",
            hint="give each model one row, and each row one model",
        )
    return [by_name[name] for name in wanted]


def _table(path: Path) -> tuple[Sequence[str], list[dict[str, str]]]:
    _require(path)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return reader.fieldnames or (), list(reader)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UsageError(
            f"'{path}' cannot be read as a table: {error}",
            hint="save it as comma-separated UTF-8 text",
        ) from error


def _accuracies(rows: list[dict[str, str]], path: Path) -> FloatArray:
    return np.array([_accuracy(row, path) for row in rows])


def _accuracy(row: dict[str, str], path: Path) -> float:
    try:
        accuracy = float(row["accuracy"])
    except ValueError:
        accuracy = np.nan
    if not 0 <= accuracy <= 1:
        raise UsageError(
            f"'{row['name']}' in '{path}' has the accuracy '{row['accuracy']}'",
            hint="state the share of right answers as a number from 0 to 1",
        )
    return accuracy


def _base(family: str, rows: list[dict[str, str]], path: Path) -> int:
    """Where the base model of a family stands."""
    found = [
        i for i, row in enumerate(rows) if (row["family"], row["variation"]) == (family, _BASE)
    ]
    if len(found) != 1:
        raise UsageError(
            f"family '{family}' in '{path}' has {len(found)} models of the variation '{_BASE}'",
            hint="each family needs exactly one base model, which its variants derive from",
        )
    return found[0]


def _require(path: Path) -> None:
    if not path.is_file():
        raise UsageError(
            f"'{path}' is missing",
            hint="a folder of recorded labels holds labels.npz and models.csv",
        )

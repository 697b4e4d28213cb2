"""A folder of app models whose kinship is known from their weights."""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from modelkin.errors import UsageError

UNRELATED = "unrelated"
HARD = "same architecture"
_FILES = ("manifest.csv", "pairs.csv", "models")


@dataclass(frozen=True, kw_only=True)
class AppModel:
    """One file of the corpus; all but ``file`` is truth, which no method sees.

    Attributes:
        key: how the pairs name it.
        file: its file name.
        family: models joined by reuse of weights.
        quantized: its activations are integers.
    """

    key: str
    file: str
    family: str
    quantized: bool


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the weights say of a pair.

    Attributes:
        relation: in the words of the corpus.
        equal_signature: both take tensors of one shape and type.
    """

    relation: str
    equal_signature: bool

    @property
    def related(self) -> bool:
        """Some weights of one are in the other."""
        return not self.relation.startswith((UNRELATED, HARD))

    @property
    def hard(self) -> bool:
        """Same architecture, other weights."""
        return self.relation.startswith(HARD)


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """Models and the truth about their pairs.

    Attributes:
        folder: where it is.
        models: in the order of the manifest.
        truth: by the two keys, either way round.
    """

    folder: Path
    models: tuple[AppModel, ...]
    truth: dict[tuple[str, str], Truth]


def read_corpus(data: Path | None) -> Corpus:
    """Read a corpus.

    Args:
        data: folder with manifest.csv, pairs.csv and models/; None takes
            ``$MODELKIN_CORPUS/mobile``.

    Raises:
        UsageError: there is none, or a column is missing.
    """
    stated = os.environ.get("MODELKIN_CORPUS")
    folder = data or (Path(stated) / "mobile" if stated else None)
    if folder is None or not all((folder / name).exists() for name in _FILES):
        raise UsageError(
            f"no corpus of app models at '{folder}'" if folder else "no corpus of app models given",
            hint=f"pass --data with a folder holding {', '.join(_FILES)}, or set MODELKIN_CORPUS",
        )
    try:
        return Corpus(folder=folder, models=tuple(_models(folder)), truth=_truth(folder))
    except KeyError as error:
        raise UsageError(
            f"a table of '{folder}' has no column {error}",
            hint="the columns are explained in the README of the corpus",
        ) from error


def _models(folder: Path) -> Iterator[AppModel]:
    for row in _rows(folder / "manifest.csv"):
        yield AppModel(
            key=Path(row["file"]).stem,
            file=row["file"],
            family=row["family"] or Path(row["file"]).stem,
            quantized=row["kind"] == "int8-full",
        )


def _truth(folder: Path) -> dict[tuple[str, str], Truth]:
    found: dict[tuple[str, str], Truth] = {}
    for row in _rows(folder / "pairs.csv"):
        truth = Truth(relation=row["relation"], equal_signature=row["same_input_signature"] == "1")
        found[row["a"], row["b"]] = found[row["b"], row["a"]] = truth
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)

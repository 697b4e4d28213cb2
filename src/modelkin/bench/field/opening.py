"""Finding out what each model takes, and who is asked the same questions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from modelkin.bench.field.questions import Questions
from modelkin.bench.processes import each, stay
from modelkin.errors import ModelkinError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.records import Modality


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What became of opening a model.

    Attributes:
        file: its name in the corpus.
        group: models that are asked the same; empty where it could not be opened.
        pool: what they are asked.
        convention: how pictures would be fed by its own file, and how sure that is.
        margin: of an inferred convention; None where the file states it.
        failed: why it could not be opened.
    """

    file: str
    group: str = ""
    pool: str = ""
    convention: str = ""
    margin: float | None = None
    failed: str = ""


def open_all(
    folder: Path,
    files: Sequence[str],
    *,
    questions: Questions,
    cache: Path,
    progress: Callable[[int], None],
) -> list[Opened]:
    """Open every model once, in two processes, and settle how it is fed.

    Args:
        folder: of the files.
        files: their names.
        questions: what they will be asked.
        cache: folder that remembers signatures and value ranges.
        progress: told how many were just opened.
    """
    return each(partial(_one, folder, cache, questions), files, progress=progress, prepare=stay)


def ready(path: Path, cache: Path) -> OpenedModel:
    """A model that can be asked.

    Raises:
        ModelkinError: it cannot be opened.
    """
    return infer_preprocessing(open_model(str(path), cache=cache), cache=cache)


def _one(folder: Path, cache: Path, questions: Questions, file: str) -> Opened:
    try:
        opened = ready(folder / file, cache)
        opened.close()
        fed = opened.fed
        group, pool = questions.group(opened)
    except ModelkinError as error:
        return Opened(file=file, failed=reason(error, folder))
    picture = fed.modality is Modality.IMAGE
    return Opened(
        file=file,
        group=group,
        pool=pool,
        convention=fed.convention if picture else "",
        margin=fed.margin if picture else None,
    )


def reason(error: ModelkinError, folder: Path) -> str:
    """What went wrong, without the place of the corpus on this machine."""
    return f"{type(error).__name__}: {error}".replace(f"{folder}/", "")

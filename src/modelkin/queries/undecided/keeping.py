"""Undecided points on disk: one npz file without pickles."""

import contextlib
import os
import secrets
import zipfile
from pathlib import Path

import numpy as np

from modelkin.errors import PoolError
from modelkin.queries.undecided.around import even
from modelkin.queries.undecided.candidates import as_reals
from modelkin.queries.undecided.points import UndecidedPoints

POINTS_ENDING = ".points"
_SCHEMA = 1
_AXES = 4


def write_points(points: UndecidedPoints, path: Path, *, model: str) -> None:
    """Write points, whole or not at all.

    Args:
        points: to keep.
        path: of the file.
        model: digest of the model that they were found for.

    Raises:
        PoolError: the file cannot be written.
    """
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez_compressed(
                file,
                schema=np.int64(_SCHEMA),
                pictures=even(points.pictures),
                strengths=np.array(points.strengths, dtype=np.float64),
                asked=np.int64(points.asked),
                crossed=np.bool_(points.crossed),
                model=np.array(model),
            )
        os.replace(temporary, path)  # noqa: PTH105 - atomic, so a reader never sees half a file
    except OSError as error:
        raise PoolError(
            f"cannot write '{path}': {error.strerror or error}", hint="choose another place"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_points(path: Path) -> tuple[UndecidedPoints, str]:
    """Points, and the digest of the model that they were found for.

    Raises:
        PoolError: the file is damaged, or no file of points.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            if int(content["schema"]) != _SCHEMA:
                raise PoolError(
                    f"'{path}' is of schema {int(content['schema'])}, this version reads {_SCHEMA}",
                    hint="search the points again",
                )
            pictures, strengths = content["pictures"], content["strengths"]
            asked, crossed = int(content["asked"]), bool(content["crossed"])
            model = str(content["model"])
    except (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise PoolError(
            f"'{path}' is no file of undecided points: {error}",
            hint="make one with 'modelkin undecided MODEL --out FILE'",
        ) from error
    sound = (
        pictures.ndim == _AXES
        and pictures.dtype == np.uint8
        and pictures.shape[-1:] == (3,)
        and strengths.shape == (len(pictures),)
        and strengths.dtype.kind == "f"
        and bool(((strengths >= 0) & (strengths <= 1)).all())
    )
    if not sound:
        raise PoolError(
            f"'{path}' holds pictures of shape {pictures.shape} and strengths of {strengths.shape}",
            hint="make it again with 'modelkin undecided MODEL --out FILE'",
        )
    found = UndecidedPoints(
        pictures=as_reals(pictures),
        strengths=tuple(strengths.tolist()),
        asked=asked,
        crossed=crossed,
    )
    return found, model

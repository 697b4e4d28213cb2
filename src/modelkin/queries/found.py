"""Pools from a user's own data: chosen, brought to one form, and kept like any other pool."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from modelkin.errors import PoolError
from modelkin.queries.arrays import ARRAY_ENDINGS, read_array
from modelkin.queries.cache import check_size, write_pool
from modelkin.queries.folders import list_pictures, read_picture, resize
from modelkin.queries.randomness import keyed, sample
from modelkin.queries.tables import read_table
from modelkin.records import AnyArray, IntArray, Modality, Pool


def open_folder(
    path: Path,
    *,
    modality: Modality,
    shape: tuple[int, ...] | None,
    n: int | None,
    seed: int,
    cache: Path,
    progress: Callable[[int], None] | None = None,
) -> Pool:
    """Make a pool of the pictures below a folder; ``open_pool`` explains the arguments.

    Raises:
        PoolError: there are none, one cannot be decoded, or the models take no pictures.
    """
    if modality is not Modality.IMAGE:
        raise PoolError(
            f"'{path}' is a folder, which makes a pool of pictures; the models take {modality}",
            hint="give a .csv, .parquet, .npz or .npy file",
        )
    listed = list_pictures(path)
    chosen = [listed[position] for position in _choose(len(listed), n, seed)]
    size = read_picture(chosen[0][0], None).shape if shape is None else shape
    check_size(str(path), modality, size, len(chosen))
    return write_pool(
        _told((read_picture(picture, size)[None] for picture, _ in chosen), progress),
        naming=lambda digest: f"folder:{path.resolve().name}@{digest[:12]}",
        modality=modality,
        shape=size,
        parts=tuple(part for _, part in chosen),
        cache=cache,
    )


def open_rows(
    path: Path,
    *,
    modality: Modality,
    shape: tuple[int, ...] | None,
    n: int | None,
    seed: int,
    cache: Path,
    progress: Callable[[int], None] | None = None,
) -> Pool:
    """Make a pool of a table or an array; ``open_pool`` explains the arguments.

    Raises:
        PoolError: it cannot be read, or is not what the models take.
    """
    if path.suffix.lower() in ARRAY_ENDINGS:
        values = read_array(path, modality)
    elif modality is Modality.IMAGE:
        raise PoolError(
            f"'{path}' is a table, which makes a pool of rows; the models take pictures",
            hint="give a folder of pictures, or an .npz or .npy file",
        )
    else:
        values = read_table(path)
    kept = values[_choose(len(values), n, seed)]
    size = kept.shape[1:] if shape is None else shape
    if modality is not Modality.IMAGE and size != kept.shape[1:]:
        raise PoolError(
            f"'{path}' has {kept.shape[1]} columns and the models take "
            f"{'x'.join(map(str, size)) or 'none'}",
            hint="keep the columns that the models were trained on, in their order",
        )
    check_size(str(path), modality, size, len(kept))
    blocks = _resized(kept, size) if modality is Modality.IMAGE else [_narrowed(path, kept)]
    return write_pool(
        _told(blocks, progress),
        naming=lambda digest: f"table:{path.name}@{digest[:12]}",
        modality=modality,
        shape=size,
        parts=("table",) * len(kept),
        cache=cache,
    )


def _choose(total: int, n: int | None, seed: int) -> IntArray:
    if n is None or n >= total:
        return np.arange(total, dtype=np.int64)
    return sample(keyed(f"modelkin sample/s{seed}"), total, n)


def _told(blocks: Iterable[AnyArray], progress: Callable[[int], None] | None) -> Iterator[AnyArray]:
    for block in blocks:
        if progress is not None:
            progress(len(block))
        yield block


def _resized(pictures: AnyArray, shape: tuple[int, ...]) -> Iterator[AnyArray]:
    for picture in pictures:
        yield resize(np.asarray(picture, dtype=np.uint8), shape)[None]


def _narrowed(path: Path, rows: AnyArray) -> AnyArray:
    """The rows in the 32 bits that models take."""
    wide = np.asarray(rows, dtype=np.float64)
    if np.abs(wide).max(initial=0.0) > np.finfo(np.float32).max:
        raise PoolError(
            f"'{path}' holds values beyond the range of 32-bit floats",
            hint="scale the column the way the model expects",
        )
    return wide.astype(np.float32)

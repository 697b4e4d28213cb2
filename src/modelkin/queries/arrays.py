"""Queries from one NumPy array in an ``.npy`` or ``.npz`` file; pickles are refused."""

import zipfile
from pathlib import Path
from typing import cast

import numpy as np

from modelkin.errors import PoolError
from modelkin.queries.canvas import Pixels, to_pixels
from modelkin.records import AnyArray, FloatArray, Modality

ARRAY_ENDINGS = frozenset({".npy", ".npz"})
_IDENTIFIERS = "ids"  # what exported pools hold beside the queries
_HINT = (
    "pictures: (n, h, w, 3), (n, h, w, 1) or (n, h, w), as uint8 or floats in [0, 1]; "
    "rows: (n, columns)"
)


def read_array(path: Path, modality: Modality) -> AnyArray:
    """Read queries as (n, h, w, 3) uint8 or (n, columns) floats.

    Raises:
        PoolError: it cannot be read, holds more than one array, or does not suit the modality.
    """
    values = _load(path)
    if values.dtype.kind not in "biuf":
        raise PoolError(f"'{path}' holds {values.dtype} values, not numbers", hint=_HINT)
    if not np.isfinite(values).all():
        raise PoolError(f"'{path}' holds values that are not finite", hint="drop those queries")
    if modality is Modality.IMAGE:
        return _pictures(path, values)
    if values.ndim != 2:  # noqa: PLR2004 - a table has two axes
        raise PoolError(f"'{path}' has shape {values.shape}, which is no table", hint=_HINT)
    return values.astype(np.float64)


def _load(path: Path) -> FloatArray:
    # the element type is checked by the caller; declared as floats to do arithmetic
    try:
        # opened here, because NumPy leaves a damaged zip file open
        with path.open("rb") as file:
            content = np.load(file, allow_pickle=False)
            if not isinstance(content, np.lib.npyio.NpzFile):
                return cast("FloatArray", content)
            names = [name for name in content.files if name != _IDENTIFIERS]
            if len(names) != 1:
                raise PoolError(
                    f"'{path}' holds {len(names)} arrays: {', '.join(names[:5])}",
                    hint="save the queries as the only array of the file besides 'ids'",
                )
            return cast("FloatArray", content[names[0]])
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise PoolError(f"'{path}' cannot be read: {error}", hint=_HINT) from error


def _pictures(path: Path, values: FloatArray) -> Pixels:
    if values.ndim == 3:  # noqa: PLR2004 - grey pictures may come without a channel axis
        values = values[..., None]
    if values.ndim != 4 or values.shape[3] not in {1, 3}:  # noqa: PLR2004 - n, h, w, channels
        raise PoolError(f"'{path}' has shape {values.shape}, which is no pictures", hint=_HINT)
    if values.dtype == np.uint8:
        pixels = cast("Pixels", values)
    elif values.dtype.kind == "f" and values.size and values.min() >= 0 and values.max() <= 1:
        pixels = to_pixels(values.astype(np.float64))
    else:
        raise PoolError(
            f"'{path}' holds {values.dtype} values that are neither uint8 nor in [0, 1]",
            hint=_HINT,
        )
    return np.broadcast_to(pixels, (*pixels.shape[:3], 3))

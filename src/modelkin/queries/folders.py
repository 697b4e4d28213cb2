"""Pictures from a folder, brought to one size."""

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from modelkin.errors import PoolError
from modelkin.queries.canvas import Pixels

ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})


def list_pictures(folder: Path) -> list[tuple[Path, str]]:
    """All pictures below a folder, sorted by name, each with the name of its part.

    Raises:
        PoolError: there are none.
    """
    found = [path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS]
    found = [path for path in found if path.is_file() and not path.name.startswith(".")]
    if not found:
        raise PoolError(
            f"folder '{folder}' holds no pictures",
            hint=f"pictures end in {', '.join(sorted(ENDINGS))}",
        )
    names = {path: path.relative_to(folder).as_posix() for path in found}
    found.sort(key=names.__getitem__)
    return [(path, names[path].rpartition("/")[0] or "folder") for path in found]


def read_picture(path: Path, shape: tuple[int, ...] | None) -> Pixels:
    """Decode a picture to (height, width, 3), resized when a shape is given.

    Raises:
        PoolError: it cannot be decoded.
    """
    try:
        # warnings turn into errors: a picture that decompresses to gigabytes is no query
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as image:
                pixels = np.asarray(image.convert("RGB"), dtype=np.uint8)
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise PoolError(
            f"picture '{path}' cannot be decoded: {error}",
            hint="remove or replace the file",
        ) from error
    return pixels if shape is None else resize(pixels, shape)


def resize(pixels: Pixels, shape: tuple[int, ...]) -> Pixels:
    """Bring a picture to a size: averaged when it shrinks, bicubic when it grows."""
    height, width = shape[:2]
    if pixels.shape[:2] == (height, width):
        return pixels
    shrinks = height * width <= pixels.shape[0] * pixels.shape[1]
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(pixels).resize((width, height), how), dtype=np.uint8)

"""Pictures as files in memory, for endpoints that take nothing else."""

import base64
import io
from typing import Any

import numpy as np
import numpy.typing as npt

from modelkin.errors import PredictionError
from modelkin.models.endpoints.settings import Settings
from modelkin.records import AnyArray

_PLANE, _COLOUR = 2, 3
_CHANNELS = (1, 3)
_LARGEST = 255
_CLOSE = 1e-3


def encoded(picture: AnyArray, settings: Settings) -> bytes:
    """One picture as a PNG, which loses nothing, or as a JPEG.

    Args:
        picture: (h, w), (h, w, c) or (c, h, w); bytes, or reals in [0, 1] or whole in [0, 255].
        settings: how pictures travel.

    Raises:
        PredictionError: it is no picture.
    """
    from PIL import Image

    image = Image.fromarray(_as_bytes(picture))
    written = io.BytesIO()
    if settings.images == "jpeg":
        # 4:4:4 keeps colours at full size; the quality alone says what is lost
        image.save(written, "JPEG", quality=settings.quality, subsampling=0)
    else:
        image.save(written, "PNG", compress_level=1)
    return written.getvalue()


def as_base64(picture: AnyArray, settings: Settings) -> str:
    """The same as text."""
    return base64.b64encode(encoded(picture, settings)).decode("ascii")


def _as_bytes(picture: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    pixels = picture
    if pixels.ndim == _COLOUR and pixels.shape[0] in _CHANNELS and pixels.shape[2] > _COLOUR:
        pixels = np.moveaxis(pixels, 0, -1)
    if pixels.ndim == _COLOUR and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    good = pixels.ndim == _PLANE or (pixels.ndim == _COLOUR and pixels.shape[2] == _COLOUR)
    if pixels.dtype == np.uint8 and good:
        return np.ascontiguousarray(pixels)
    if pixels.dtype.kind == "f" and good and pixels.min() >= 0 and pixels.max() <= 1:
        steps = pixels.astype(np.float64) * _LARGEST
        if np.abs(steps - np.round(steps)).max() < _CLOSE:
            return np.ascontiguousarray(np.round(steps).astype(np.uint8))
    raise PredictionError(
        f"an array of shape {picture.shape}, {picture.dtype}, is no 8-bit picture, and the "
        "endpoint takes pictures",
        hint='let it be fed bytes: "shape": [height, width, 3] in the adapter file, and no mean or '
        "std in the override",
    )

"""What a view does to pictures before the model sees them."""

import io
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from modelkin.models.views.chance import draws_for
from modelkin.records import AnyArray

_Pictures = NDArray[np.uint8]


def change_pictures(
    pictures: _Pictures, do: str, settings: Mapping[str, float | str], seed: int
) -> _Pictures:
    """One step on every picture.

    Args:
        pictures: (n, h, w, 3).
        do: ``jpeg``, ``posterize``, ``resize``, ``blur`` or ``shake``.
        settings: of the step, checked.
        seed: of the view.

    Returns:
        (n, h, w, 3), as new pictures.
    """
    if do == "shake":
        draws = draws_for(pictures, seed, "shake")
        amount = 255 * float(settings["sd"])
        noisy = [
            one + rng.normal(0.0, amount, one.shape)
            for one, rng in zip(pictures, draws, strict=True)
        ]
        return np.clip(np.round(noisy), 0, 255).astype(np.uint8)
    if do == "posterize":
        # the middle of each step, so that the mean brightness stays
        step = 2 ** (8 - round(float(settings["bits"])))
        return np.asarray(pictures // step * step + step // 2, dtype=np.uint8)
    change = _CHANGES[do]
    value = float(next(iter(settings.values())))
    return np.stack([np.asarray(change(Image.fromarray(one), value)) for one in pictures])


def change_rows(rows: AnyArray, sd: float, seed: int) -> AnyArray:
    """Rows with noise in proportion to each value.

    Args:
        rows: (n, ...) numbers.
        sd: standard deviation of the noise, as a share of the value.
        seed: of the view.
    """
    draws = draws_for(rows, seed, "shake")
    noise = np.stack([rng.normal(1.0, sd, rows.shape[1:]) for rng in draws])
    return (rows.astype(np.float64) * noise).astype(rows.dtype)


def _jpeg(picture: Image.Image, quality: float) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=round(quality))
    return Image.open(buffer).convert("RGB")


def _resize(picture: Image.Image, factor: float) -> Image.Image:
    """Smaller, and back."""
    size = tuple(max(1, round(side * factor)) for side in picture.size)
    smaller = picture.resize((size[0], size[1]), Image.Resampling.BOX)
    return smaller.resize(picture.size, Image.Resampling.BICUBIC)


def _blur(picture: Image.Image, radius: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(radius))


_CHANGES: Mapping[str, Callable[[Image.Image, float], Image.Image]] = {
    "jpeg": _jpeg,
    "resize": _resize,
    "blur": _blur,
}

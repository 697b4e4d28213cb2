"""A picture of what is in a pool."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from modelkin.errors import PoolError
from modelkin.records import Modality, Pool

_LABEL = 120
_GAP = 4


def contact_sheet(pool: Pool, *, per_part: int = 8, tile: int = 72) -> Image.Image:
    """Lay out the first queries of every part, one labelled row a part.

    Args:
        pool: a pool of pictures.
        per_part: pictures in a row.
        tile: side of one picture on the sheet, in pixels.

    Raises:
        PoolError: the pool holds no pictures.
    """
    if pool.modality is not Modality.IMAGE:
        raise PoolError(
            f"pool '{pool.name}' holds {pool.modality} queries, which have no contact sheet",
            hint="only pools of pictures can be shown",
        )
    rows: dict[str, list[int]] = {}
    for position, part in enumerate(pool.parts):
        rows.setdefault(part, []).append(position)
    step = tile + _GAP
    size = (_LABEL + per_part * step + _GAP, len(rows) * step + _GAP)
    sheet = Image.new("RGB", size, "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default()
    for row, (part, positions) in enumerate(rows.items()):
        top = _GAP + row * step
        pen.text((_GAP, top + tile // 2), part, fill="black", font=font, anchor="lm")
        for column, position in enumerate(positions[:per_part]):
            picture = np.asarray(pool.read(position, position + 1)[0], dtype=np.uint8)
            sheet.paste(_tile(picture, tile), (_LABEL + column * step, top))
    return sheet


def _tile(picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], tile: int) -> Image.Image:
    """Fit a picture into a square: whole pixels when enlarged, averaged when shrunk."""
    image = Image.fromarray(picture)
    factor = tile / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    how = Image.Resampling.NEAREST if factor >= 1 else Image.Resampling.BOX
    return image.resize(size, how)

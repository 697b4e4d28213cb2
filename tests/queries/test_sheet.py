"""Contact sheets: one row a part."""

from pathlib import Path

import numpy as np
import pytest

from modelkin.errors import PoolError
from modelkin.queries.building import build_pool, parse_pool_name
from modelkin.queries.sheet import contact_sheet


@pytest.mark.parametrize("size", ["12x20", "90x90"])
def test_a_sheet_shows_every_part(size: str, tmp_path: Path) -> None:
    pool = build_pool(parse_pool_name(f"image-mix-v1/{size}/n100/s0"), cache=tmp_path)
    sheet = contact_sheet(pool, per_part=3, tile=40)
    assert sheet.mode == "RGB"
    assert sheet.size == (120 + 3 * 44 + 4, len(set(pool.parts)) * 44 + 4)
    pixels = np.asarray(sheet)
    for row in range(len(set(pool.parts))):
        assert (pixels[row * 44 + 4 : row * 44 + 24, 120:160] < 255).any()
        assert (pixels[row * 44 + 4 : row * 44 + 44, :110] < 100).any()


def test_enlarged_tiles_show_whole_pixels(tmp_path: Path) -> None:
    pool = build_pool(parse_pool_name("image-mix-v1/10x10/n1/s0"), cache=tmp_path)
    tile = np.asarray(contact_sheet(pool, per_part=1, tile=40))[4:44, 120:160]
    assert np.array_equal(tile[::4, ::4], pool.read(0, 1)[0])


def test_rows_have_no_sheet(tmp_path: Path) -> None:
    pool = build_pool(parse_pool_name("vector-mix-v1/d3/n4/s0"), cache=tmp_path)
    with pytest.raises(PoolError, match="no contact sheet"):
        contact_sheet(pool)

"""Copies of references: the chosen queries as a copy behind a view would see them."""

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image

from modelkin.pipeline.reference_changes import VIEWS, changed_queries
from modelkin.queries.crafted import crafted_pool
from modelkin.records import AnyArray, Modality, Pool

_RNG = np.random.default_rng(3)
_PICTURES = np.asarray(_RNG.integers(0, 256, (30, 16, 16, 3)), dtype=np.uint8)
_ROWS = np.asarray(_RNG.normal(size=(30, 5)), dtype=np.float32)
_CHOSEN = np.array([7, 2, 29])


def changed(queries: AnyArray) -> Mapping[str, AnyArray]:
    pool = crafted_pool(queries, name="pool", part="p")
    return {one.kind: one.pool.read(0, len(one.pool)) for one in changed_queries(pool, _CHOSEN)}


def test_pictures_are_recompressed_and_posterized_in_every_strength() -> None:
    found = changed(_PICTURES)
    assert list(found) == [f"{do}-{strength}" for do, all_ in VIEWS.items() for strength in all_]
    for place, at in enumerate(_CHOSEN):
        buffer = io.BytesIO()
        Image.fromarray(_PICTURES[at]).save(buffer, "JPEG", quality=60)
        expected = np.asarray(Image.open(buffer).convert("RGB"))
        np.testing.assert_array_equal(found["jpeg-60"][place], expected)
        # three bits are eight levels, each in the middle of its step
        np.testing.assert_array_equal(found["posterize-3"][place], _PICTURES[at] // 32 * 32 + 16)
    assert len(np.unique(found["posterize-5"])) == 32


def test_rows_get_noise_in_proportion_and_the_same_every_time() -> None:
    found, again = changed(_ROWS), changed(_ROWS)
    assert list(found) == ["shake-0.02", "shake-0.05"]
    for kind, rows in found.items():
        np.testing.assert_array_equal(rows, again[kind])
        assert rows.dtype == np.float32
    off = found["shake-0.05"] / _ROWS[_CHOSEN] - 1
    assert 0.01 < off.std() < 0.1
    assert not np.array_equal(found["shake-0.02"], found["shake-0.05"])


def test_what_is_neither_pictures_nor_rows_has_no_copies() -> None:
    pool = Pool(
        name="latents",
        modality=Modality.LATENT,
        shape=(5,),
        digest="d",
        parts=("p",) * 30,
        read=lambda start, stop: _ROWS[start:stop],
    )
    assert changed_queries(pool, _CHOSEN) == ()

"""What the picture generators draw looks like what their names say, in numbers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import contrasting, field_to_pixels, octaves, palette, to_pixels
from modelkin.queries.generators import strokes
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.fractal import Fractal
from modelkin.queries.generators.gaussian_noise import GaussianNoise
from modelkin.queries.generators.pink_noise import PinkNoise
from modelkin.queries.generators.smooth_noise import SmoothNoise
from modelkin.queries.generators.strokes import Strokes
from modelkin.queries.generators.texture import Texture
from modelkin.queries.generators.tinted_noise import TintedNoise
from modelkin.queries.generators.twins import Twins
from modelkin.queries.generators.uniform_noise import UniformNoise
from modelkin.queries.pools.image_mix_v1 import ImageMixV1
from modelkin.queries.randomness import keyed

SHAPE = (32, 40, 3)


def drawn(
    generator: QueryGenerator, seed: int, shape: tuple[int, ...] = SHAPE
) -> NDArray[np.int64]:
    return np.asarray(generator.draw(keyed(f"test {seed}"), shape)).astype(np.int64)


@pytest.mark.parametrize("shape", [(8, 8, 3), (1, 1, 3), (9, 31, 3), (300, 8, 3)])
def test_any_size_works(shape: tuple[int, ...]) -> None:
    for portion in ImageMixV1().mixture():
        for seed in range(5):
            made = portion.generator.draw(keyed(f"{portion.part}{seed}"), shape)
            assert made.shape == (portion.generator.group, *shape)
            assert made.dtype == np.uint8
            assert made.flags.c_contiguous


@pytest.mark.parametrize("sd", [0.05, 0.08, 0.16, 0.30])
def test_gaussian_noise_has_its_contrast(sd: float) -> None:
    levels = drawn(GaussianNoise(sd=min(sd, 0.16), greys=(0.5,)), 0, (100, 100, 3)) / 255
    assert levels.std() == pytest.approx(min(sd, 0.16), rel=0.03)
    assert levels.mean() == pytest.approx(0.5, abs=0.01)
    if sd > 0.16:  # clipped: compare the quartiles, which clipping leaves alone
        levels = drawn(GaussianNoise(sd=sd, greys=(0.5,)), 0, (100, 100, 3)) / 255
        low, high = np.quantile(levels, [0.25, 0.75])
        assert (high - low) / 1.349 == pytest.approx(sd, rel=0.03)


def test_gaussian_noise_uses_all_greys() -> None:
    generator = GaussianNoise(sd=0.01, greys=(0.25, 0.75))
    means = {round(float(drawn(generator, seed).mean()) / 25.5) / 10 for seed in range(20)}
    assert {mean > 0.5 for mean in means} == {True, False}
    assert means <= {0.2, 0.3, 0.7, 0.8}


def test_tinted_noise_has_its_contrast_around_each_tint() -> None:
    spreads = []
    for seed in range(20):
        picture = drawn(TintedNoise(sd=0.08), seed, (64, 64, 3))[0] / 255
        spreads += [
            float(picture[..., channel].std())
            for channel in range(3)
            if 0.3 < picture[..., channel].mean() < 0.7
        ]
    assert len(spreads) > 5
    assert spreads == pytest.approx([0.08] * len(spreads), rel=0.05)


def test_uniform_noise_stays_within_its_amplitude() -> None:
    narrow = drawn(UniformNoise(amplitude=0.2), 0)
    assert narrow.min() >= 102
    assert narrow.max() <= 153
    wide = drawn(UniformNoise(amplitude=1.0), 0)
    assert (wide.min(), wide.max()) == (0, 255)


def roughness(pictures: NDArray[np.int64]) -> float:
    return float(np.abs(np.diff(pictures, axis=2)).mean() / pictures.std())


def test_smooth_is_smoother_than_pink_is_smoother_than_white() -> None:
    made = [
        np.concatenate([drawn(generator, seed, (64, 64, 3)) for seed in range(10)])
        for generator in (SmoothNoise(), PinkNoise(), UniformNoise())
    ]
    smooth, pink, white = (roughness(pictures) for pictures in made)
    assert smooth < 0.5 * pink < 0.4 * white


def test_dead_leaves_have_flat_regions_and_many_colours() -> None:
    for seed in range(10):
        picture = drawn(DeadLeaves(), seed, (64, 64, 3))[0]
        flat = (np.diff(picture, axis=1) == 0).all(axis=2).mean()
        assert flat > 0.6
        assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 15


def test_dead_leaves_scale_with_the_picture() -> None:
    small = drawn(DeadLeaves(), 1, (50, 50, 3))[0]
    large = drawn(DeadLeaves(), 1, (200, 200, 3))[0, 2::4, 2::4]
    assert (small == large).all(axis=2).mean() > 0.75


def test_fractals_have_many_levels() -> None:
    levels = [len(np.unique(drawn(Fractal(), seed, (64, 64, 3)))) for seed in range(10)]
    assert np.median(levels) > 10


def test_half_of_the_strokes_are_grey() -> None:
    pictures = [drawn(Strokes(), seed)[0] for seed in range(200)]
    grey = [bool((picture == picture[..., :1]).all()) for picture in pictures]
    assert 0.4 < np.mean(grey) < 0.6


def test_strokes_are_ink_on_plain_paper() -> None:
    for seed in range(20):
        picture = drawn(Strokes(), seed, (48, 48, 3))[0].sum(axis=2)
        paper = picture[0, 0]
        assert 0.35 < (picture == paper).mean() < 1


def test_a_stroke_without_length_is_a_dot() -> None:
    ink = np.zeros((9, 9))
    strokes._line(ink, (4.5, 4.5), (4.5, 4.5), 2.0)
    assert ink[4, 4] == 1
    assert ink[0, 0] == 0
    assert np.array_equal(ink, ink.T)


def test_textures_are_never_plain() -> None:
    assert all(np.ptp(drawn(Texture(), seed)) > 20 for seed in range(30))


def test_twins_differ_everywhere_by_at_most_the_step() -> None:
    for seed in range(10):
        first, second = drawn(Twins(), seed)
        change = np.abs(second - first)
        assert change.max() == 15
        inside = (first >= 15) & (first <= 240)
        assert (change[inside] == 15).all()


def test_pixels_are_rounded_once_and_clipped() -> None:
    assert to_pixels(np.array([-1.0, 0.0, 0.4999, 1.0, 9.0])).tolist() == [0, 0, 127, 255, 255]
    assert field_to_pixels(np.zeros((3, 4, 5))).shape == (1, 4, 5, 3)


def test_palettes_are_grey_muted_or_coloured() -> None:
    spread = [float(np.ptp(palette(keyed(f"p{seed}"), 9), axis=1).mean()) for seed in range(60)]
    assert min(spread) == 0
    assert max(spread) > 0.4


def test_contrasting_colours_stay_apart_and_grey_stays_grey() -> None:
    for seed in range(50):
        colour = palette(keyed(f"c{seed}"), 1)[0]
        other = contrasting(keyed(f"d{seed}"), colour)
        assert np.abs(other - colour).min() > 0.29
        assert 0 <= other.min() <= other.max() <= 1
    assert np.ptp(contrasting(keyed("e"), np.full(3, 0.4))) == 0


def test_octaves_without_refinement_are_smooth() -> None:
    field = octaves(keyed("o"), (65, 33), coarsest=3, finest=0)
    assert field.shape == (3, 65, 33)
    assert np.abs(np.diff(field, axis=1)).max() < 0.6

"""The order of parts: every prefix has the proportions, and twins stay together."""

import itertools

import pytest

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.normal_rows import NormalRows
from modelkin.queries.generators.twin_rows import TwinRows
from modelkin.queries.pools.image_mix_v1 import ImageMixV1
from modelkin.queries.pools.image_noise_v1 import ImageNoiseV1
from modelkin.queries.pools.latent_normal_v1 import LatentNormalV1
from modelkin.queries.pools.vector_mix_v1 import VectorMixV1
from modelkin.queries.schedule import part_names, turns

RECIPES = [ImageMixV1(), ImageNoiseV1(), VectorMixV1(), LatentNormalV1()]


def shares(recipe: PoolRecipe) -> dict[str, float]:
    rows = {part.part: part.weight * part.generator.group for part in recipe.mixture()}
    return {name: count / sum(rows.values()) for name, count in rows.items()}


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_prefix_has_the_proportions(recipe: PoolRecipe) -> None:
    wanted = shares(recipe)
    parts = part_names(recipe.mixture(), 600)
    for n in range(1, 601):
        for name, share in wanted.items():
            assert abs(parts[:n].count(name) - share * n) <= 2.5


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_twins_start_at_even_rows(recipe: PoolRecipe) -> None:
    parts = part_names(recipe.mixture(), 400)
    for even, odd in zip(parts[::2], parts[1::2], strict=True):
        assert (even == "twins") is (odd == "twins")


def test_a_twin_at_an_odd_row_waits() -> None:
    mixture = (Portion("one", NormalRows(), 1), Portion("two", TwinRows(), 9))
    parts = part_names(mixture, 100)
    assert all(parts[row] == parts[row + 1] for row in range(0, 100, 2))


def test_zero_weights_never_come() -> None:
    mixture = (Portion("one", NormalRows(), 1), Portion("none", NormalRows(), 0))
    assert {portion.part for portion in itertools.islice(turns(mixture), 20)} == {"one"}


def test_the_picture_mixture_keeps_its_promises() -> None:
    share = shares(ImageMixV1())
    faint = ("gaussian-.05", "gaussian-.08", "gaussian-.16", "tinted-.08", "uniform-.2")
    structured = ("smooth", "pink", "dead-leaves", "fractal", "strokes", "texture")
    assert sum(share[name] for name in faint) == pytest.approx(0.30)
    assert sum(share[name] for name in structured) == pytest.approx(0.54)
    assert share["twins"] == pytest.approx(0.12)
    assert sum(share.values()) == pytest.approx(1)

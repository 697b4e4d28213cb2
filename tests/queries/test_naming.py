"""Pool names: the grammar, both ways."""

import pytest

from modelkin.errors import PoolError
from modelkin.queries.building import PoolName, parse_pool_name

FULL = [
    "image-mix-v1/28x28/n500/s0",
    "image-mix-v1/224x160/n1/s18446744073709551",
    "vector-mix-v1/d36/n500/s7",
    "latent-normal-v1/d64/n10/s0",
]
PARTIAL = ["image-mix-v1", "image-mix-v1/28x28", "image-mix-v1/n5", "vector-mix-v1/d3/s1"]


@pytest.mark.parametrize("text", FULL + PARTIAL)
def test_names_survive_a_round_trip(text: str) -> None:
    assert parse_pool_name(text).text == text


def test_fields_are_read() -> None:
    assert parse_pool_name("image_mix_v1/28x30/n500/s4") == PoolName(
        recipe="image-mix-v1", shape=(28, 30, 3), n=500, seed=4
    )
    assert parse_pool_name("vector-mix-v1") == PoolName(recipe="vector-mix-v1")
    assert parse_pool_name("vector-mix-v1/d36").shape == (36,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "image-mix-v1/",
        "image-mix-v1/28",
        "image-mix-v1/28x28x3",
        "image-mix-v1/n500/28x28",
        "image-mix-v1/28x28/n-1",
        "image-mix-v1/28x28/n500/s0/more",
        "Image Mix",
        "image-mix-v1/28x28/n500/s0\n",
    ],
)
def test_malformed_names_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(PoolError, match="is no pool name") as caught:
        parse_pool_name(text)
    assert "image-mix-v1/28x28/n500/s0" in caught.value.hint


def test_unknown_recipes_are_refused_with_the_closest() -> None:
    with pytest.raises(PoolError, match="no recipe 'image-mix-v9'") as caught:
        parse_pool_name("image-mix-v9/28x28")
    assert "image-mix-v1" in caught.value.hint
    with pytest.raises(PoolError) as caught:
        parse_pool_name("zzz")
    assert "known: " in caught.value.hint

"""Procedural pools: the same queries, bit for bit, from nothing but a name."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from modelkin.errors import PoolError
from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.cache import check_size, read_pool, row_dtype, write_pool
from modelkin.queries.naming import EXAMPLES, PoolName, parse_pool_name, shape_text
from modelkin.queries.randomness import keyed
from modelkin.queries.schedule import part_names, turns
from modelkin.records import AnyArray, Modality, Pool
from modelkin.registry import part

__all__ = ["PoolName", "build_pool", "load_recipe", "parse_pool_name"]


def build_pool(
    name: PoolName, *, cache: Path, progress: Callable[[int], None] | None = None
) -> Pool:
    """Draw a pool, or take it from the cache when its digest still holds.

    Args:
        name: a full name, nothing open.
        cache: folder that holds ``pools/``.
        progress: told how many queries were just made, again and again; never called when the
            pool is in the cache.

    Raises:
        PoolError: the name is not full, does not fit its recipe, or asks for too much.
    """
    recipe = load_recipe(name.recipe)
    shape, n, seed = name.shape, name.n, name.seed
    if shape is None or n is None or seed is None:
        raise PoolError(
            f"pool '{name.text}' leaves open how it is made",
            hint=f"give shape, number and seed, as in '{EXAMPLES[recipe.modality]}'",
        )
    if (len(shape) == 1) is (recipe.modality is Modality.IMAGE):
        raise PoolError(
            f"shape {shape_text(shape)} does not fit '{name.recipe}', which makes "
            f"{recipe.modality} queries",
            hint=f"write it as in '{EXAMPLES[recipe.modality]}'",
        )
    check_size(name.text, recipe.modality, shape, n)
    mixture = recipe.mixture()
    parts = part_names(mixture, n)
    found = read_pool(name.text, modality=recipe.modality, shape=shape, parts=parts, cache=cache)
    return found or write_pool(
        _draw(name.recipe, mixture, shape=shape, n=n, seed=seed, progress=progress),
        naming=lambda _: name.text,
        modality=recipe.modality,
        shape=shape,
        parts=parts,
        cache=cache,
    )


def load_recipe(name: str) -> PoolRecipe:
    """Look a recipe up.

    Raises:
        UnknownNameError: there is none of that name.
    """
    return part(PoolRecipe, name)()  # type: ignore[type-abstract]


def _draw(
    recipe: str,
    mixture: tuple[Portion, ...],
    *,
    shape: tuple[int, ...],
    n: int,
    seed: int,
    progress: Callable[[int], None] | None,
) -> Iterator[AnyArray]:
    """Yield group after group, each from a generator keyed by its own place in the pool."""
    made = 0
    order = enumerate(turns(mixture))
    while made < n:
        index, portion = next(order)
        # n is not part of the key: a longer pool begins with the same queries
        rng = keyed(f"modelkin {recipe}/{shape_text(shape)}/s{seed}/g{index}")
        group = portion.generator.draw(rng, shape)
        _check(portion, group, shape)
        if progress is not None:
            progress(min(len(group), n - made))
        made += len(group)
        yield group


def _check(portion: Portion, group: AnyArray, shape: tuple[int, ...]) -> None:
    generator = portion.generator
    wanted = (generator.group, *shape)
    dtype = row_dtype(generator.modality)
    if group.shape != wanted or group.dtype != dtype or not np.isfinite(_real(group)).all():
        raise PoolError(
            f"generator '{generator.name}' (part '{portion.part}') made {group.dtype} "
            f"{group.shape} instead of finite {dtype.name} {wanted}",
            hint="report this to whoever wrote the generator",
        )


def _real(group: AnyArray) -> AnyArray:
    return group if group.dtype.kind in "fiu" else np.full(1, np.nan)

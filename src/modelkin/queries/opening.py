"""From what a user names to a pool: a recipe, a folder, a table or an array."""

import difflib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from modelkin.errors import PoolError
from modelkin.queries.arrays import ARRAY_ENDINGS
from modelkin.queries.building import build_pool, load_recipe
from modelkin.queries.found import open_folder, open_rows
from modelkin.queries.naming import EXAMPLES, PoolName, parse_pool_name, recipe_names
from modelkin.queries.tables import TABLE_ENDINGS
from modelkin.queries.undecided.keeping import POINTS_ENDING, read_points
from modelkin.queries.undecided.noise_pool import noise_pool
from modelkin.records import Modality, Pool

DEFAULT_QUERIES = 500
POINTS_QUERIES = 3600
_PICTURE_AXES = 2


def open_pool(
    spec: str,
    *,
    modality: Modality,
    shape: tuple[int, ...] | None,
    n: int | None,
    seed: int,
    cache: Path,
    progress: Callable[[int], None] | None = None,
) -> Pool:
    """Open the pool that a user names.

    Args:
        spec: a procedural name, full (which then wins over ``shape``, ``n`` and ``seed``) or
            with fields left out; or the path of a folder of pictures, of a ``.csv`` or
            ``.parquet`` table, of an ``.npy`` or ``.npz`` array, or of undecided ``.points``.
        modality: kind of question that the models answer.
        shape: (height, width[, 3]) or (columns,); None takes the size the data have.
        n: number of queries, drawn without replacement from data; None takes all of them, 500 of
            a recipe, or 3,600 around points.
        seed: seed of the drawing.
        cache: folder that holds ``pools/``.
        progress: told how many queries were just made, again and again.

    Raises:
        PoolError: there is no such thing, it cannot be read, or it does not suit the models.
    """
    if modality is Modality.IMAGE and shape is not None and len(shape) == _PICTURE_AXES:
        shape = (*shape, 3)
    if n is not None and n < 1:
        raise PoolError(f"{n} queries of '{spec}' were asked for", hint="ask for at least 1")
    if spec.replace("_", "-").partition("/")[0] in recipe_names():
        name = _filled(parse_pool_name(spec), modality=modality, shape=shape, n=n, seed=seed)
        return build_pool(name, cache=cache, progress=progress)
    path = Path(spec).expanduser()
    if not path.exists():
        raise _missing(spec, path)
    if path.suffix == POINTS_ENDING:
        points, _ = read_points(path)
        return noise_pool(points, n=n or POINTS_QUERIES, seed=seed, cache=cache, progress=progress)
    if path.is_dir():
        opened = open_folder
    elif path.suffix.lower() in TABLE_ENDINGS | ARRAY_ENDINGS:
        opened = open_rows
    else:
        raise PoolError(
            f"'{spec}' is neither a folder nor a table nor an array",
            hint="give a folder of pictures, or a .csv, .parquet, .npz, .npy or .points file",
        )
    return opened(
        path, modality=modality, shape=shape, n=n, seed=seed, cache=cache, progress=progress
    )


def _filled(
    name: PoolName,
    *,
    modality: Modality,
    shape: tuple[int, ...] | None,
    n: int | None,
    seed: int,
) -> PoolName:
    """Fill what the name leaves open."""
    makes = load_recipe(name.recipe).modality
    if makes is not modality:
        raise PoolError(
            f"pool '{name.text}' holds {makes} queries and the models take {modality}",
            hint=f"use a pool such as '{EXAMPLES[modality]}'",
        )
    return replace(
        name,
        shape=name.shape or shape or None,
        n=(n or DEFAULT_QUERIES) if name.n is None else name.n,
        seed=seed if name.seed is None else name.seed,
    )


def _missing(spec: str, path: Path) -> PoolError:
    beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = difflib.get_close_matches(path.name, beside, n=1)
    close = [str(path.parent / near[0])] if near else []
    close += difflib.get_close_matches(spec.partition("/")[0], recipe_names(), n=1)
    return PoolError(
        f"there is no pool, file or folder '{spec}'",
        hint=f"did you mean {' or '.join(repr(name) for name in close)}?"
        if close
        else f"give a path, or a name such as '{EXAMPLES[Modality.IMAGE]}'",
    )

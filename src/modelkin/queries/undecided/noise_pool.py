"""Faint noise around undecided points, as a pool that any model can be asked."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from modelkin.errors import PoolError
from modelkin.queries.cache import check_size, read_pool, write_pool
from modelkin.queries.naming import shape_text
from modelkin.queries.randomness import keyed
from modelkin.queries.undecided.around import around, even
from modelkin.queries.undecided.points import UndecidedPoints
from modelkin.records import AnyArray, Modality, Pool

RECIPE = "undecided-noise-v1"


def noise_pool(
    points: UndecidedPoints,
    *,
    n: int,
    seed: int,
    cache: Path,
    progress: Callable[[int], None] | None = None,
) -> Pool:
    """Noise around every point in turn; the same points and seed make the same bytes.

    Args:
        points: at least one.
        n: queries.
        seed: of the noise.
        cache: folder that holds ``pools/``.
        progress: told how many queries were just made, again and again.

    Raises:
        PoolError: there is no point, or the pool would be too large.
    """
    if not len(points):
        raise PoolError(
            "there is no point around which the model's answers move",
            hint="give the search pictures of what the model tells apart (--pictures FOLDER)",
        )
    shape = points.pictures.shape[1:]
    name = f"{RECIPE}/{shape_text(shape)}/n{n}/s{seed}@{digest_of(points)[:12]}"
    check_size(name, Modality.IMAGE, shape, n)
    parts = tuple(_part(points, place % len(points)) for place in range(n))
    found = read_pool(name, modality=Modality.IMAGE, shape=shape, parts=parts, cache=cache)
    return found or write_pool(
        _draw(points, n=n, seed=seed, progress=progress),
        naming=lambda _: name,
        modality=Modality.IMAGE,
        shape=shape,
        parts=parts,
        cache=cache,
    )


def digest_of(points: UndecidedPoints) -> str:
    """sha256 of pictures and strengths."""
    content = hashlib.sha256(repr((points.pictures.shape, points.strengths)).encode())
    content.update(even(points.pictures).tobytes())
    return content.hexdigest()


def _part(points: UndecidedPoints, place: int) -> str:
    return f"even-undecided-{place:02d}-{points.strengths[place]:.2f}"


def _draw(
    points: UndecidedPoints, *, n: int, seed: int, progress: Callable[[int], None] | None
) -> Iterator[AnyArray]:
    about = digest_of(points)
    for place in range(n):
        at = place % len(points)
        rng = keyed(f"modelkin {RECIPE} {about} s{seed} q{place}")
        if progress is not None:
            progress(1)
        yield around(points.pictures[at : at + 1], sd=points.strengths[at], rng=rng)

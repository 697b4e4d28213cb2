"""Pools for people: made by name, exported for models elsewhere, checked against evidence."""

from pathlib import Path

import numpy as np

from modelkin.errors import ModelkinError, NotReproducedError, PoolError
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.progress import Progress
from modelkin.queries.opening import open_pool
from modelkin.records import Modality, Pool

_DEFAULT_QUERIES = 500
_PICTURES = 2
_DEFAULT_SIZE = (64, 64)


def make_pool(
    name: str,
    *,
    shape: str | None,
    n: int | None,
    seed: int,
    modality: str | None,
    cache: Path,
    progress: Progress,
) -> Pool:
    """Make or open a pool.

    Args:
        name: pool name or path.
        shape: ``28x28`` for pictures, ``36`` for rows; None is 64x64, or what the name says.
        n: queries; None takes the default or all of a folder or table.
        seed: of everything random.
        modality: kind of question; None guesses by the name, then by the shape.
        cache: folder of pools.
        progress: told how far the making is.

    Raises:
        PoolError: the shape is malformed, or the pool cannot be made.
    """
    sizes = _parse_shape(shape) if shape else ()
    kind = Modality(modality) if modality else _modality(name, sizes)
    if not sizes and kind is Modality.IMAGE:
        sizes = _DEFAULT_SIZE
    if not sizes and "/d" not in name and not Path(name).exists():
        raise PoolError(
            f"pool '{name}' needs a number of columns", hint="pass --shape 36 for 36 columns"
        )
    if kind is Modality.IMAGE and len(sizes) != _PICTURES:
        raise PoolError(f"shape '{shape}' is no picture size", hint="write it as 64x64")
    with progress.task("making queries", n or _DEFAULT_QUERIES) as advance:
        return open_pool(
            name,
            modality=kind,
            shape=(*sizes, 3) if kind is Modality.IMAGE else sizes[:1],
            n=n,
            seed=seed,
            cache=cache,
            progress=advance,
        )


def export_pool(pool: Pool, path: Path) -> None:
    """Write ids and queries as npz, so that a model elsewhere can answer them.

    Raises:
        PoolError: the file is not named .npz.
    """
    if path.suffix != ".npz":
        raise PoolError(f"'{path}' is no .npz file", hint="queries are exported as .npz")
    np.savez_compressed(path, ids=np.array(pool.ids), queries=pool.read(0, len(pool)))


def check_pool(evidence: Evidence, *, cache: Path, progress: Progress) -> str:
    """Make the evidence's pool again and compare its hash.

    Raises:
        NotReproducedError: the pool of that name has another hash.
    """
    name, digest = evidence.source.pool, evidence.source.pool_digest
    modality = _modality(name, ())
    try:
        with progress.task("making queries", len(evidence.source)) as advance:
            made = open_pool(
                name, modality=modality, shape=(), n=None, seed=0, cache=cache, progress=advance
            )
    except ModelkinError:
        return "not procedural, so its queries cannot be made again from the name"
    if made.digest != digest:
        raise NotReproducedError(
            f"pool '{name}' has sha256 {made.digest[:12]}, the evidence states {digest[:12]}",
            hint="the evidence was altered, or its pool made by a faulty version",
        )
    return "made again, sha256 equal"


def _parse_shape(text: str) -> tuple[int, ...]:
    sizes = text.lower().removeprefix("d").split("x")
    if not all(size.isdigit() and int(size) > 0 for size in sizes) or len(sizes) > _PICTURES:
        raise PoolError(f"'{text}' is no query shape", hint="write 64x64, or 36 for 36 columns")
    return tuple(int(size) for size in sizes)


def _modality(name: str, sizes: tuple[int, ...]) -> Modality:
    for prefix, modality in (("vector-", Modality.VECTOR), ("latent-", Modality.LATENT)):
        if name.startswith(prefix):
            return modality
    if Path(name).suffix in {".csv", ".parquet"}:
        return Modality.VECTOR
    return Modality.VECTOR if len(sizes) == 1 else Modality.IMAGE

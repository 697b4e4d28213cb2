"""Pools on disk: the rows in one raw file, what they are in a JSON file beside it."""

import contextlib
import functools
import hashlib
import json
import math
import os
import re
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from modelkin.errors import PoolError
from modelkin.records import AnyArray, Modality, Pool

SCHEMA = 1
LIMIT = 8 * 2**30  # bytes; more is a typing mistake rather than a plan
_PIECE = 1 << 22


def row_dtype(modality: Modality) -> np.dtype[np.generic]:
    """The element type of canonical queries: the same bytes on every machine."""
    return np.dtype("|u1" if modality is Modality.IMAGE else "<f4")


def check_size(name: str, modality: Modality, shape: tuple[int, ...], n: int) -> None:
    """Refuse pools that cannot be meant.

    Raises:
        PoolError: no queries, empty queries, or more than 8 GiB.
    """
    if n < 1 or min(shape, default=0) < 1:
        raise PoolError(
            f"pool '{name}' would hold nothing: {n} queries of shape {shape}",
            hint="ask for at least 1 query, and sizes of at least 1",
        )
    size = n * math.prod(shape) * row_dtype(modality).itemsize
    if size > LIMIT:
        raise PoolError(
            f"pool '{name}' would take {size / 2**30:.1f} GiB, more than the limit of 8",
            hint="ask for fewer or smaller queries",
        )


def write_pool(
    blocks: Iterable[AnyArray],
    *,
    naming: Callable[[str], str],
    modality: Modality,
    shape: tuple[int, ...],
    parts: tuple[str, ...],
    cache: Path,
) -> Pool:
    """Write rows as they come and return the pool that reads them back.

    Args:
        blocks: the rows in order, (k, *shape) at a time; rows beyond ``parts`` are cut off.
        naming: the pool's name, given the digest of its rows.
        modality: kind of question.
        shape: shape of one query.
        parts: the part of each query.
        cache: folder that holds ``pools/``.

    Raises:
        PoolError: the folder cannot be written.
    """
    folder = cache / "pools"
    temporary = folder / f".{secrets.token_hex(8)}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        digest = _write_rows(temporary, blocks, modality=modality, shape=shape, n=len(parts))
        name = naming(digest)
        rows, about = _paths(cache, name)
        os.replace(temporary, rows)  # noqa: PTH105 - atomic, so a reader never sees half a pool
        facts = _facts(name, modality, shape, parts) | {"digest": digest}
        temporary.write_text(json.dumps(facts, indent=1), encoding="utf-8")
        os.replace(temporary, about)  # noqa: PTH105 - likewise
    except OSError as error:
        raise PoolError(
            f"cannot write a pool into '{folder}': {error.strerror or error}",
            hint="free some space, or choose another cache folder",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    return _pool(name, modality, shape, parts, digest=digest, rows=rows)


def read_pool(
    name: str, *, modality: Modality, shape: tuple[int, ...], parts: tuple[str, ...], cache: Path
) -> Pool | None:
    """Return a pool written earlier, or None when it is absent, damaged or altered."""
    rows, about = _paths(cache, name)
    try:
        facts = json.loads(about.read_text(encoding="utf-8"))
        if not isinstance(facts, dict):
            return None
        digest = facts.pop("digest", None)
        if facts != _facts(name, modality, shape, parts):
            return None
        if rows.stat().st_size != len(parts) * math.prod(shape) * row_dtype(modality).itemsize:
            return None
        content = _header(modality, shape, len(parts))
        with rows.open("rb") as file:
            while piece := file.read(_PIECE):
                content.update(piece)
    except (OSError, ValueError):
        return None
    if content.hexdigest() != digest:
        return None
    return _pool(name, modality, shape, parts, digest=content.hexdigest(), rows=rows)


def _write_rows(
    path: Path,
    blocks: Iterable[AnyArray],
    *,
    modality: Modality,
    shape: tuple[int, ...],
    n: int,
) -> str:
    content = _header(modality, shape, n)
    left = n
    with path.open("wb") as file:
        for block in blocks:
            piece = np.ascontiguousarray(block[:left], dtype=row_dtype(modality)).tobytes()
            content.update(piece)
            file.write(piece)
            left -= min(len(block), left)
    if left:
        raise ValueError(f"{left} of {n} rows are missing")
    return content.hexdigest()


def _header(modality: Modality, shape: tuple[int, ...], n: int) -> "hashlib._Hash":
    # the same bytes in another shape are other queries
    sizes = "x".join(str(size) for size in (n, *shape))
    return hashlib.sha256(f"{row_dtype(modality).str} {sizes}\n".encode())


def _facts(
    name: str, modality: Modality, shape: tuple[int, ...], parts: tuple[str, ...]
) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "name": name,
        "modality": str(modality),
        "shape": list(shape),
        "dtype": row_dtype(modality).name,
        "n": len(parts),
        "parts": list(parts),
    }


def _paths(cache: Path, name: str) -> tuple[Path, Path]:
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", name)[-150:]
    folder = cache / "pools"
    return folder / f"{plain}-v{SCHEMA}.bin", folder / f"{plain}-v{SCHEMA}.json"


def _pool(
    name: str,
    modality: Modality,
    shape: tuple[int, ...],
    parts: tuple[str, ...],
    *,
    digest: str,
    rows: Path,
) -> Pool:
    read = functools.partial(_read_rows, rows, row_dtype(modality), shape, len(parts))
    return Pool(name=name, modality=modality, shape=shape, digest=digest, parts=parts, read=read)


def _read_rows(
    path: Path, dtype: np.dtype[np.generic], shape: tuple[int, ...], n: int, start: int, stop: int
) -> AnyArray:
    """Read rows ``start:stop`` as a slice would; plain reads, so nothing else stays mapped."""
    start, stop, _ = slice(start, stop).indices(n)
    width = math.prod(shape)
    count = max(0, stop - start)
    try:
        values = np.fromfile(
            path, dtype=dtype, count=count * width, offset=start * width * dtype.itemsize
        )
    except OSError as error:
        raise PoolError(
            f"the rows of a pool cannot be read from '{path}': {error.strerror or error}",
            hint="open the pool again: it is made anew",
        ) from error
    if len(values) != count * width:
        raise PoolError(
            f"'{path}' was cut short while it was in use",
            hint="open the pool again: it is made anew",
        )
    return values.reshape(count, *shape).astype(dtype.newbyteorder("="), copy=False)

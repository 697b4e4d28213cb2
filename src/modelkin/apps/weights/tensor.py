"""What is kept of one tensor to compare models by: never the tensor itself."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from modelkin.records import AnyArray, FloatArray

_SAMPLED = 1024
_LEAST_BYTES = 64


@dataclass(frozen=True, eq=False)
class Stored:
    """One tensor as a file holds it.

    Attributes:
        shape: its sizes; one number where the file does not tell them.
        content: the bytes, without a copy.
        values: the same as numbers, flat, or None where the type is not read.
        scale: what stored values of each channel are multiplied by, or None.
    """

    shape: tuple[int, ...]
    content: memoryview
    values: AnyArray | None
    scale: tuple[FloatArray, FloatArray, int] | None = None


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor's sketch.

    Attributes:
        shape: its sizes.
        digest: sha256 of its bytes.
        size: bytes.
        sample: up to 1,024 of its values, always from the same places; empty where not read.
    """

    shape: tuple[int, ...]
    digest: str
    size: int
    sample: FloatArray


def sketch(stored: Iterable[Stored]) -> Iterator[Tensor]:
    """Sketch the tensors of a model; tiny and constant ones tell nothing and are left out."""
    for one in stored:
        if len(one.content) < _LEAST_BYTES or _constant(one):
            continue
        digest = hashlib.sha256(one.content).hexdigest()
        yield Tensor(one.shape, digest, len(one.content), _sample(one))


def _constant(one: Stored) -> bool:
    if one.values is None:
        first = bytes(one.content[:_LEAST_BYTES])
        return len(set(first)) == 1 and bytes(one.content[-_LEAST_BYTES:]) == first
    return bool((one.values == one.values[0]).all())


def _sample(one: Stored) -> FloatArray:
    if one.values is None:
        return np.zeros(0)
    places = np.unique(np.linspace(0, len(one.values) - 1, _SAMPLED).astype(np.int64))
    found = one.values[places].astype(np.float64)
    if one.scale is not None:
        scales, zeros, axis = one.scale
        channel = 0
        if len(scales) > 1 and 0 <= axis < len(one.shape):
            channel = np.unravel_index(places, one.shape)[axis]  # type: ignore[assignment]
        found = (found - zeros[channel % len(zeros)]) * scales[channel % len(scales)]
    return found if np.isfinite(found).all() else np.zeros(0)

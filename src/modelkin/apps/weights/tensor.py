"""What is kept of one tensor to compare models by: never the tensor itself."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from modelkin.apps.weights.layouts import orders, places_in
from modelkin.apps.weights.multiset import multiset_digest
from modelkin.records import AnyArray, FloatArray, IntArray

_SAMPLED = 1024
_LEAST_SAMPLED = 256  # unrelated samples of fewer values correlate too much by chance
_LEAST_BYTES = 64
_LEAST_INDEX = 4
_MOST_TENSORS = 1_000_000
_MOST_READ = 8
_SLACK = 1 << 20
_MOST_SAMPLES = 1 << 28


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
    """A tensor's sketch, which says as little as possible about how a format lays it out.

    Attributes:
        shape: its sizes.
        sizes: those above 1, from small to large: the same in every order of its axes.
        digest: sha256 of its bytes.
        multiset: digest of its values as half-precision numbers in any order; empty where they
            are not read or too few of them differ.
        size: bytes.
        samples: (v, 1024) or fewer values of always the same places, centred and of unit norm; a
            row for each order of axes that the sizes leave open. (0, 0) where not read.
    """

    shape: tuple[int, ...]
    sizes: tuple[int, ...]
    digest: str
    multiset: str
    size: int
    samples: FloatArray


def sketch(stored: Iterable[Stored], held: int | None = None) -> Iterator[Tensor]:
    """Sketch the tensors of a model.

    Tiny and constant ones tell nothing and are left out, and so are whole numbers that nothing
    scales: they are sizes and places, which strangers share.

    Args:
        stored: the tensors.
        held: bytes of the files that they come from.

    Raises:
        ValueError: they are too many, or more in total than the files hold many times over.
    """
    total, room = 0, _MOST_SAMPLES
    for count, one in enumerate(stored):
        if count >= _MOST_TENSORS:
            raise ValueError("it states more tensors than fit")
        total += len(one.content)
        if held is not None and total > _MOST_READ * held + _SLACK:
            raise ValueError("its tensors overlap, so they are not read")
        if len(one.content) < _LEAST_BYTES or _counts(one) or _constant(one):
            continue
        digest = hashlib.sha256(one.content).hexdigest()
        multiset = "" if one.values is None else multiset_digest(one.values)
        shape = _sure(one)
        sizes = tuple(sorted(size for size in shape if size != 1))
        # a hostile file of small tensors must not fill the memory with samples
        samples = _samples(one, shape) if room > 0 else np.zeros((0, 0))
        room -= samples.nbytes
        yield Tensor(shape, sizes, digest, multiset, len(one.content), samples)


def _counts(one: Stored) -> bool:
    values = one.values
    if values is None or one.scale is not None:
        return False
    return values.dtype.kind in "iu" and values.dtype.itemsize >= _LEAST_INDEX


def _constant(one: Stored) -> bool:
    if one.values is None:
        first = bytes(one.content[:_LEAST_BYTES])
        return len(set(first)) == 1 and bytes(one.content[-_LEAST_BYTES:]) == first
    same = (one.values[:_LEAST_BYTES] == one.values[0]).all()
    return bool(same and (one.values == one.values[0]).all())


def _sure(one: Stored) -> tuple[int, ...]:
    """Its shape; the number of values where the shape does not fit them."""
    if one.values is None:
        return one.shape
    count = 1
    for size in one.shape:
        count *= size
    fits = count == len(one.values) and all(size > 0 for size in one.shape)
    return one.shape if fits else (len(one.values),)


def _samples(one: Stored, shape: tuple[int, ...]) -> FloatArray:
    none = np.zeros((0, 0))
    if one.values is None or len(one.values) < _LEAST_SAMPLED:
        return none
    count = len(one.values)
    flat = np.linspace(0, count - 1, min(_SAMPLED, count)).astype(np.int64)
    with np.errstate(all="ignore"):  # hostile numbers; what is left must be finite
        found = np.stack(
            [_values(one, one.values, places_in(shape, at, flat)) for at in orders(shape)]
        )
        found -= found.mean(axis=1, keepdims=True)
        norms = np.linalg.norm(found, axis=1, keepdims=True)
        kept: FloatArray = np.divide(found, norms, out=np.zeros_like(found), where=norms > 0)
    if not (np.isfinite(kept).all() and np.isfinite(norms).all()):
        return none
    return kept.astype(np.float32)


def _values(one: Stored, values: AnyArray, places: IntArray) -> FloatArray:
    found: FloatArray = values[places].astype(np.float64)
    if one.scale is not None:
        scales, zeros, axis = one.scale
        channel = np.zeros(len(places), dtype=np.int64)
        if len(scales) > 1 and 0 <= axis < len(one.shape) and _sure(one) == one.shape:
            channel = np.unravel_index(places, one.shape)[axis]
        found = (found - zeros[channel % len(zeros)]) * scales[channel % len(scales)]
    return found

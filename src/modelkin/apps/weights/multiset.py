"""The values of a tensor in whatever order, as a digest."""

import hashlib

import numpy as np

from modelkin.records import AnyArray

_CHUNK = 1 << 22
_BINS = 1 << 16
_FEW = 1 << 15  # sorted faster than all numbers are counted
_EXPONENT = 0x7C00
_LEAST_DIFFERENT = 64


def multiset_digest(values: AnyArray) -> str:
    """Sha256 of how often each half-precision number occurs; empty where under 64 ones differ.

    The same for a tensor, its transposed, and its half-precision copy. Numbers too small for
    half precision count as 0, as some converters have it. Memory does not grow with the tensor.

    Args:
        values: (n,) numbers.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if len(values) <= _FEW:
            held, counted = np.unique(_bits(values), return_counts=True)
        else:
            counts = np.zeros(_BINS, dtype=np.int64)
            for start in range(0, len(values), _CHUNK):
                counts += np.bincount(_bits(values[start : start + _CHUNK]), minlength=_BINS)
            held = np.flatnonzero(counts)
            counted = counts[held]
    if len(held) < _LEAST_DIFFERENT:
        return ""
    content = held.astype("<u2").tobytes() + counted.astype("<i8").tobytes()
    return hashlib.sha256(content).hexdigest()


def _bits(values: AnyArray) -> AnyArray:
    """Half-precision numbers as whole ones; those next to 0 as 0."""
    bits = values.astype(np.float16).view(np.uint16)
    return np.where(bits & _EXPONENT, bits, np.uint16(0))

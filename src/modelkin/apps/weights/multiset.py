"""The values of a tensor in whatever order, as a digest."""

import hashlib

import numpy as np

from modelkin.records import AnyArray

_CHUNK = 1 << 22
_BINS = 1 << 16
_EXPONENT = 0x7C00
_LEAST_DIFFERENT = 64


def multiset_digest(values: AnyArray) -> str:
    """Sha256 of how often each half-precision number occurs; empty where under 64 ones differ.

    The same for a tensor, its transposed, and its half-precision copy. Numbers too small for
    half precision count as 0, as some converters have it. Memory does not grow with the tensor.

    Args:
        values: (n,) numbers.
    """
    counts = np.zeros(_BINS, dtype=np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(values), _CHUNK):
            bits = values[start : start + _CHUNK].astype(np.float16).view(np.uint16)
            bits = np.where(bits & _EXPONENT, bits, np.uint16(0))
            counts += np.bincount(bits, minlength=_BINS)
    held = np.flatnonzero(counts)
    if len(held) < _LEAST_DIFFERENT:
        return ""
    return hashlib.sha256(held.tobytes() + counts[held].tobytes()).hexdigest()

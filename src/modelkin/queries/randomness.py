"""Random numbers that are the same on every machine and with every NumPy.

NumPy guarantees the raw words of a bit generator, not what its distributions make of them
(NEP 19), and sine or logarithm differ in the last bit between mathematical libraries. So
everything here is made from raw words with exact arithmetic and rounded tables.
"""

import functools
import hashlib
import math
import statistics

import numpy as np
from numpy.typing import NDArray

from modelkin.records import FloatArray, IntArray

_LEVELS = 1 << 16  # a 16-bit word picks one quantile of a table
_GRAIN = 1 << 20  # table entries are multiples of 1 / _GRAIN: exact in float32 too
_TURN = 1 << 12  # steps of the sine table in one full turn


def keyed(text: str) -> np.random.Generator:
    """A generator of its own for whatever ``text`` names."""
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))


def words16(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.uint16]:
    """Random 16-bit words."""
    count = math.prod(shape)
    raw = np.asarray(rng.bit_generator.random_raw((count + 3) // 4), dtype="<u8")
    return raw.view("<u2")[:count].reshape(shape)


def uniforms(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Numbers between 0 (included) and 1 (excluded), with 53 random bits."""
    raw = np.asarray(rng.bit_generator.random_raw(math.prod(shape)), dtype=np.uint64)
    return ((raw >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)


def numbers(rng: np.random.Generator, count: int) -> list[float]:
    """The same as plain Python floats, for the parameters of a drawing."""
    values: list[float] = uniforms(rng, (count,)).tolist()
    return values


def below(rng: np.random.Generator, bound: int) -> int:
    """An integer between 0 and ``bound - 1``."""
    return int(numbers(rng, 1)[0] * bound)


def normals(rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Standard normal numbers: one of 65,536 equally likely quantiles each."""
    return normal_quantiles()[words16(rng, shape)]


def signs(rng: np.random.Generator, shape: tuple[int, ...]) -> IntArray:
    """Fair coins, as -1 and 1."""
    return (words16(rng, shape) >> 15).astype(np.int64) * 2 - 1


def sample(rng: np.random.Generator, total: int, n: int) -> IntArray:
    """Pick ``n`` of ``total`` positions without replacement, ascending."""
    order = np.argsort(uniforms(rng, (total,)), kind="stable")
    return np.sort(order[:n]).astype(np.int64)


@functools.cache
def normal_quantiles() -> FloatArray:
    """The quantile of the standard normal distribution for each 16-bit word."""
    inverse = statistics.NormalDist().inv_cdf
    half = [inverse((step + 0.5) / _LEVELS) for step in range(_LEVELS // 2)]
    lower = np.rint(np.array(half) * _GRAIN) / _GRAIN
    table: FloatArray = np.concatenate([lower, -lower[::-1]])
    table.flags.writeable = False
    return table


def sine(turns: FloatArray) -> FloatArray:
    """Sine of an angle in full turns, in steps of 1/4096 of a turn."""
    steps = np.floor(turns * _TURN).astype(np.int64)
    return np.asarray(_sines()[steps & (_TURN - 1)])


def direction(turn: float) -> tuple[float, float]:
    """Cosine and sine of one angle in full turns."""
    step = math.floor(turn * _TURN)
    table = _sines()
    return float(table[(step + _TURN // 4) & (_TURN - 1)]), float(table[step & (_TURN - 1)])


@functools.cache
def _sines() -> FloatArray:
    exact = [math.sin(2 * math.pi * step / _TURN) for step in range(_TURN)]
    table: FloatArray = np.rint(np.array(exact) * _GRAIN) / _GRAIN
    table.flags.writeable = False
    return table

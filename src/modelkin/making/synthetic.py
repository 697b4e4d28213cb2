"""Inputs to learn from, for whoever has no data: procedural pictures and rows."""

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.fractal import Fractal
from modelkin.queries.generators.normal_rows import NormalRows
from modelkin.queries.generators.smooth_noise import SmoothNoise
from modelkin.queries.generators.texture import Texture
from modelkin.queries.generators.uniform_rows import UniformRows
from modelkin.records import AnyArray

_PICTURES: tuple[QueryGenerator, ...] = (DeadLeaves(), Fractal(), Texture(), SmoothNoise())
_ROWS: tuple[QueryGenerator, ...] = (NormalRows(), UniformRows())


def synthetic_inputs(shape: tuple[int, ...], n: int, rng: np.random.Generator) -> AnyArray:
    """Draw inputs of several sorts in turn.

    Args:
        shape: of one input: (height, width, 3) or (columns,).
        n: how many.
        rng: the only source of randomness.

    Returns:
        (n, *shape): uint8 pictures or float32 rows.
    """
    sorts = _PICTURES if len(shape) > 1 else _ROWS
    drawn = [sorts[number % len(sorts)].draw(rng, shape)[0] for number in range(n)]
    return np.stack(drawn)

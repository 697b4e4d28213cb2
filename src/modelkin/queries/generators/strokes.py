"""Pen strokes."""

import itertools
import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import to_pixels
from modelkin.queries.randomness import numbers, uniforms
from modelkin.records import AnyArray, FloatArray, Modality

_Point = tuple[float, float]


@dataclass(frozen=True)
class Strokes(QueryGenerator):
    """Smooth curves drawn with a round pen, half of them in grey: they move letter readers.

    Attributes:
        most: most strokes in a picture; at least one.
        pieces: straight pieces a curve is made of.
    """

    name: ClassVar[str] = "strokes"
    modality: ClassVar[Modality] = Modality.IMAGE
    most: int = 4
    pieces: int = 7

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        height, width = shape[:2]
        side = min(height, width)
        count, thick, light, coloured = numbers(rng, 4)
        pen = max(0.5, side * (0.025 + 0.05 * thick))
        ink = np.zeros((height, width))
        for _ in range(1 + int(count * self.most)):
            path = self._curve(numbers(rng, 6), height, width)
            for start, end in itertools.pairwise(path):
                _line(ink, start, end, pen)
        dark, bright = 0.35 * uniforms(rng, (3,)), 1.0 - 0.35 * uniforms(rng, (3,))
        if coloured < 0.5:  # noqa: PLR2004 - a fair coin
            dark, bright = dark[:1], bright[:1]
        paper, colour = (dark, bright) if light < 0.5 else (bright, dark)  # noqa: PLR2004
        drawn = paper + ink[:, :, None] * (colour - paper)
        return to_pixels(np.broadcast_to(drawn, shape))[None]

    def _curve(self, chance: list[float], height: int, width: int) -> list[_Point]:
        """A quadratic Bezier curve within the picture, as a chain of points."""
        ys = [height * (0.1 + 0.8 * value) for value in chance[:3]]
        xs = [width * (0.1 + 0.8 * value) for value in chance[3:]]
        path = []
        for step in range(self.pieces + 1):
            t = step / self.pieces
            a, b, c = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
            path.append(
                (a * ys[0] + b * ys[1] + c * ys[2], a * xs[0] + b * xs[1] + c * xs[2]),
            )
        return path


def _line(ink: FloatArray, start: _Point, end: _Point, pen: float) -> None:
    """Add one straight piece: full ink within ``pen``, fading over the next pixel."""
    reach = pen + 1
    top, bottom = min(start[0], end[0]) - reach, max(start[0], end[0]) + reach
    left, right = min(start[1], end[1]) - reach, max(start[1], end[1]) + reach
    rows = slice(max(0, math.floor(top)), max(0, math.ceil(bottom)))
    columns = slice(max(0, math.floor(left)), max(0, math.ceil(right)))
    part = ink[rows, columns]
    y = (np.arange(rows.start, rows.start + part.shape[0]) + (0.5 - start[0]))[:, None]
    x = np.arange(columns.start, columns.start + part.shape[1]) + (0.5 - start[1])
    dy, dx = end[0] - start[0], end[1] - start[1]
    length = dy * dy + dx * dx
    if length > 0:
        along = y * (dy / length) + x * (dx / length)
        np.maximum(along, 0.0, out=along)
        np.minimum(along, 1.0, out=along)
        y, x = y - along * dy, x - along * dx
    amount = (pen + 0.5) - np.sqrt(y * y + x * x)
    np.minimum(amount, 1.0, out=amount)
    np.maximum(part, amount, out=part)

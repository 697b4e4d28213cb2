"""Gratings, checkers and wave packets."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import contrasting, grid, palette, to_pixels
from modelkin.queries.randomness import direction, numbers, sine
from modelkin.records import AnyArray, FloatArray, Modality


@dataclass(frozen=True)
class Texture(QueryGenerator):
    """Oriented waves: mixed gratings, hard checkers, or a Gabor-like packet on plain ground.

    Attributes:
        slowest: fewest waves across the shorter side.
        fastest: most waves, though never finer than three pixels a wave.
    """

    name: ClassVar[str] = "texture"
    modality: ClassVar[Modality] = Modality.IMAGE
    slowest: float = 1.5
    fastest: float = 14.0

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        y, x = grid(*shape[:2])
        finest = max(self.slowest, min(self.fastest, min(shape[:2]) / 3))
        kind = int(numbers(rng, 1)[0] * 3)
        if kind == 0:
            waves = [self._wave(rng, y, x, finest) for _ in range(3)]
            level = 0.5 + (waves[0] + waves[1] + waves[2]) / 6
        elif kind == 1:
            waves = [self._wave(rng, y, x, finest) for _ in range(2)]
            level = np.where((waves[0] >= 0.0) ^ (waves[1] >= 0.0), 1.0, 0.0)
        else:
            level = 0.5 + 0.5 * self._wave(rng, y, x, finest) * _window(rng, y, x)
        first = palette(rng, 1)[0]
        second = contrasting(rng, first)
        return to_pixels(first + level[:, :, None] * (second - first))[None]

    def _wave(
        self, rng: np.random.Generator, y: FloatArray, x: FloatArray, finest: float
    ) -> FloatArray:
        turn, pace, phase = numbers(rng, 3)
        cosine, slope = direction(turn)
        waves = self.slowest + pace * pace * (finest - self.slowest)
        return sine((y * slope + x * cosine) * (waves / 2) + phase)


def _window(rng: np.random.Generator, y: FloatArray, x: FloatArray) -> FloatArray:
    # a biweight bump in place of a Gaussian one: no exponential, so exact everywhere
    top, left, size = numbers(rng, 3)
    radius = 0.5 + 0.7 * size
    dy, dx = (y - (top - 0.5)) / radius, (x - (left - 0.5)) / radius
    bump = np.maximum(1.0 - (dy * dy + dx * dx), 0.0)
    return bump * bump

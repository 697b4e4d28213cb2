"""Julia sets."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.canvas import Pixels, grid, palette, to_pixels
from modelkin.queries.randomness import direction, numbers
from modelkin.records import AnyArray, FloatArray, IntArray, Modality

_KNOTS = 5


@dataclass(frozen=True)
class Fractal(QueryGenerator):
    """Julia sets of random parameters: edges and curves at every scale.

    Pictures of fractals stand in for photographs in Kataoka et al., "Pre-training without
    natural images", ACCV 2020; these are escape times of z -> z^2 + c with c near the edge of
    the Mandelbrot set's heart, where every set is intricate.

    Attributes:
        steps: iterations; escape times are coloured along a random palette.
    """

    name: ClassVar[str] = "fractal"
    modality: ClassVar[Modality] = Modality.IMAGE
    steps: int = 24

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        turn, outwards, tilt, zoom, left, top = numbers(rng, 6)
        real, imaginary = _heart(turn, 1.0 + 0.12 * outwards)
        cosine, sine = direction(tilt)
        y, x = grid(*shape[:2])
        scale = 0.5 + 0.8 * zoom
        y, x = y * scale + (top - 0.5), x * scale + (left - 0.5)
        times = self._escape_times(x * cosine - y * sine, x * sine + y * cosine, real, imaginary)
        picture: AnyArray = _ramp(palette(rng, _KNOTS), self.steps + 1)[times]
        return picture[None]

    def _escape_times(
        self, x: FloatArray, y: FloatArray, real: float, imaginary: float
    ) -> IntArray:
        # real arithmetic on purpose: complex products may be fused on some machines
        inside = np.ones(x.shape, dtype=np.bool_)
        times = np.zeros(x.shape, dtype=np.int64)
        for _ in range(self.steps):
            x2, y2 = x * x, y * y
            inside &= x2 + y2 <= 16.0  # noqa: PLR2004 - far enough out that it never returns
            times += inside
            y *= x
            y *= 2.0
            y += imaginary
            np.subtract(x2, y2, out=x)
            x += real
            # whatever escaped waits at zero, so that nothing overflows
            x *= inside
            y *= inside
        return times


def _heart(turn: float, outwards: float) -> tuple[float, float]:
    """A point on the edge of the main cardioid, or a little beyond it."""
    cosine, sine = direction(turn)
    cosine2, sine2 = direction(2 * turn)
    return outwards * (cosine / 2 - cosine2 / 4), outwards * (sine / 2 - sine2 / 4)


def _ramp(knots: FloatArray, count: int) -> Pixels:
    place = np.arange(count) * (len(knots) - 1) / (count - 1)
    first = np.minimum(place.astype(np.int64), len(knots) - 2)
    share = (place - first)[:, None]
    return to_pixels(knots[first] * (1.0 - share) + knots[first + 1] * share)

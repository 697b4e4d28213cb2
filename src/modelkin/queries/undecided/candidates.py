"""Pictures to begin with: as varied as can be, so that some may move the model."""

from dataclasses import dataclass

import numpy as np

from modelkin.queries.canvas import Pixels
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.fractal import Fractal
from modelkin.queries.generators.pink_noise import PinkNoise
from modelkin.queries.generators.smooth_noise import SmoothNoise
from modelkin.queries.generators.strokes import Strokes
from modelkin.queries.generators.texture import Texture
from modelkin.queries.randomness import keyed
from modelkin.records import AnyArray, FloatArray

_KINDS = (DeadLeaves(), Fractal(), Texture(), Strokes(), PinkNoise(), SmoothNoise())
_VIEWS = 4


@dataclass(frozen=True, eq=False)
class Candidates:
    """Pictures held as bytes; reals are eight times as large.

    Attributes:
        pixels: (n, h, w, 3) as drawn or given.
        views: how each is shown: 0 as it is, 1 grey, 2 negative, 3 grey negative.
    """

    pixels: Pixels
    views: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.views)

    def at(self, place: int) -> FloatArray:
        """(h, w, 3) reals in [0, 1]."""
        picture = as_reals(self.pixels[place])
        shown = grey_of(picture) if self.views[place] % 2 else picture
        return 1 - shown if self.views[place] >= _VIEWS // 2 else shown


def candidates(
    count: int, shape: tuple[int, ...], *, seed: int, given: Pixels | None = None
) -> Candidates:
    """Given pictures as they are, then procedural ones: each sort in all views in turn.

    Args:
        count: how many; each costs a query.
        shape: (height, width, 3).
        seed: of the drawing.
        given: (m, h, w, 3) further pictures, which come first.
    """
    first = np.zeros((0, *shape), dtype=np.uint8) if given is None else given[:count]
    drawn = [first]
    views = [0] * len(first)
    for place in range(count - len(first)):
        kind = _KINDS[place % len(_KINDS)]
        picture = kind.draw(keyed(f"modelkin undecided {seed} {place}"), shape)
        drawn.append(np.asarray(picture, dtype=np.uint8))
        views.append(place // len(_KINDS) % _VIEWS)
    return Candidates(np.concatenate(drawn), tuple(views))


def as_reals(pictures: AnyArray) -> FloatArray:
    """Bytes as reals in [0, 1]."""
    return np.asarray(pictures.astype(np.float64) / 255)


def grey_of(picture: FloatArray) -> FloatArray:
    """The same picture without colour."""
    return np.repeat(picture.mean(axis=-1, keepdims=True), picture.shape[-1], axis=-1)

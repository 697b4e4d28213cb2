"""Faint noise around one fixed procedural picture."""

import functools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.fractal import Fractal
from modelkin.queries.generators.pink_noise import PinkNoise
from modelkin.queries.generators.smooth_noise import SmoothNoise
from modelkin.queries.generators.strokes import Strokes
from modelkin.queries.generators.texture import Texture
from modelkin.queries.randomness import keyed, normals
from modelkin.records import AnyArray, FloatArray, Modality

_KINDS = (DeadLeaves(), Fractal(), Texture(), Strokes(), PinkNoise(), SmoothNoise())
_CONTRASTS = (1.0, 0.5, 0.25)
_GREYS = (0.5, 0.3, 0.7, 0.15)
_MIDDLE = 127.5
_STEPS = 127.5  # of 2/255 in the range
_MOST = 127
_KEPT = 64


@dataclass(frozen=True)
class Neighbourhood(QueryGenerator):
    """Independent normal noise around a picture that is the same in all queries and pools.

    A model that noise around a grey saturates is undecided somewhere else. Between these queries
    nothing differs but the noise, so strangers have nothing in common that the picture put there.
    Values are even bytes, as in ``even_noise``.

    Attributes:
        picture: which one; six sorts, three contrasts and four greys take turns.
        sd: standard deviation of the noise before clipping, as a share of the range.
    """

    name: ClassVar[str] = "neighbourhood"
    modality: ClassVar[Modality] = Modality.IMAGE
    picture: int = 0
    sd: float = 0.03

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        """Make one picture."""
        noisy = normals(rng, (1, *shape))
        noisy *= self.sd
        noisy += _base(self.picture, shape)
        noisy *= _STEPS
        np.rint(noisy, out=noisy)
        np.clip(noisy, 0, _MOST, out=noisy)
        return np.asarray(2 * noisy, dtype=np.uint8)


@functools.lru_cache(maxsize=_KEPT)
def _base(picture: int, shape: tuple[int, ...]) -> FloatArray:
    """The picture in [0, 1], its contrast lowered around a grey."""
    row, kind = divmod(picture, len(_KINDS))
    contrast = _CONTRASTS[(row + kind) % len(_CONTRASTS)]
    grey = 0.5 if contrast == 1 else _GREYS[row % len(_GREYS)]
    drawn = _KINDS[kind].draw(keyed(f"modelkin neighbourhood {picture}"), shape)[0]
    return np.asarray(grey + contrast * (drawn.astype(np.float64) - _MIDDLE) / 255)

"""The first mixture of pictures."""

from dataclasses import dataclass
from typing import ClassVar

from modelkin.protocols import PoolRecipe, Portion
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.fractal import Fractal
from modelkin.queries.generators.gaussian_noise import GaussianNoise
from modelkin.queries.generators.pink_noise import PinkNoise
from modelkin.queries.generators.smooth_noise import SmoothNoise
from modelkin.queries.generators.strokes import Strokes
from modelkin.queries.generators.texture import Texture
from modelkin.queries.generators.tinted_noise import TintedNoise
from modelkin.queries.generators.twins import Twins
from modelkin.queries.generators.uniform_noise import UniformNoise
from modelkin.records import Modality

_GREYS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class ImageMixV1(PoolRecipe):
    """Pictures: 30 % faint noise, 4 % strong noise, 54 % structured, 12 % twins.

    Faint noise keeps small models out of saturation, where a change of weights shows most;
    structured pictures reach many classes; twins show how an answer moves.
    """

    name: ClassVar[str] = "image_mix_v1"
    modality: ClassVar[Modality] = Modality.IMAGE

    def mixture(self) -> tuple[Portion, ...]:
        """One round: 94 groups, 100 queries."""
        return (
            Portion("gaussian-.05", GaussianNoise(sd=0.05, greys=_GREYS), 6),
            Portion("gaussian-.08", GaussianNoise(sd=0.08, greys=(0.25, 0.5, 0.5, 0.75)), 10),
            Portion("gaussian-.16", GaussianNoise(sd=0.16, greys=(0.5,)), 4),
            Portion("gaussian-.30", GaussianNoise(sd=0.30, greys=_GREYS), 2),
            Portion("tinted-.08", TintedNoise(sd=0.08), 6),
            Portion("uniform-.2", UniformNoise(amplitude=0.2), 4),
            Portion("uniform-1", UniformNoise(amplitude=1.0), 2),
            Portion("smooth", SmoothNoise(), 6),
            Portion("pink", PinkNoise(), 8),
            Portion("dead-leaves", DeadLeaves(), 12),
            Portion("fractal", Fractal(), 8),
            Portion("strokes", Strokes(), 10),
            Portion("texture", Texture(), 10),
            Portion("twins", Twins(), 6),
        )

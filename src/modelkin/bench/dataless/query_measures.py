"""The query measures: laws by which pictures are drawn that all models are asked."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.dataless.asking import generated
from modelkin.bench.dataless.image_set import SIZE, load_set, to_grey
from modelkin.bench.dataless.zoo import Zoo
from modelkin.errors import UsageError
from modelkin.protocols import QueryGenerator
from modelkin.queries.building import build_pool
from modelkin.queries.generators.gaussian_noise import GaussianNoise
from modelkin.queries.generators.uniform_noise import UniformNoise
from modelkin.queries.naming import PoolName
from modelkin.records import Pool

COUNT = 500
LATENT = 32
MIXTURE = "image-mix-v1"
TEST_IMAGES, GAN_SAMPLES, LATENTS = "test-images", "gan-samples", "latents"
_SHAPE = (SIZE, SIZE, 1)
_GENERATORS: dict[str, QueryGenerator] = {
    "uniform": UniformNoise(amplitude=1.0),
    "gaussian": GaussianNoise(sd=0.25, greys=(0.5,)),
}
DATALESS = (*_GENERATORS, MIXTURE, GAN_SAMPLES)
"""Measures of pictures that come from no set that a judged model was trained on."""
MEASURES = (*DATALESS, TEST_IMAGES)


@dataclass(frozen=True, kw_only=True)
class QueryMeasures:
    """Draws and keeps the queries of one zoo; all models get the same ones.

    Attributes:
        zoo: the models that are asked.
        data: folder of the image sets.
        count: queries of each measure.
        seed: of every drawing.
    """

    zoo: Zoo
    data: Path
    count: int = COUNT
    seed: int = 0

    def key(self, measure: str) -> str:
        """Its name on disk."""
        return f"{measure}-n{self.count}-s{self.seed}"

    def queries(self, measure: str) -> NDArray[np.uint8]:
        """(count, 28, 28, 1) pictures, in the order in which they are asked.

        Args:
            measure: one of ``MEASURES``. "gan-samples" are pictures of the zoo's makers, GANs of
                a set that no judged model saw. "test-images" draws from the test images of all
                sets alike, for contrast: it is the one measure that needs their data.

        Raises:
            UsageError: the makers of "gan-samples" could not be built.
        """
        path = self.zoo.folder / "queries" / f"{self.key(measure)}.npy"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part.npy")
            np.save(part, self._draw(measure))
            part.replace(path)
        found: NDArray[np.uint8] = np.load(path)
        return found

    def mixture(self) -> Pool:
        """The pool behind "image-mix-v1", which the product asks too."""
        recipe = MIXTURE.replace("-", "_")
        name = PoolName(recipe=recipe, shape=(SIZE, SIZE, 3), n=self.count, seed=self.seed)
        return build_pool(name, cache=self.zoo.folder)

    def latents(self) -> NDArray[np.float32]:
        """(count, 32) standard normal latents, the same for every generator."""
        return self._normal(self._rng(LATENTS))

    def _rng(self, measure: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, *measure.encode()])

    def _normal(self, rng: np.random.Generator) -> NDArray[np.float32]:
        return rng.standard_normal((self.count, LATENT)).astype(np.float32)

    def _draw(self, measure: str) -> NDArray[np.uint8]:
        rng = self._rng(measure)
        if measure == TEST_IMAGES:
            return self._test_images(rng)
        if measure == GAN_SAMPLES:
            return self._samples(rng)
        if measure in _GENERATORS:
            drawn: list[NDArray[np.uint8]] = []
            while sum(map(len, drawn)) < self.count:
                drawn.append(np.asarray(_GENERATORS[measure].draw(rng, _SHAPE), dtype=np.uint8))
            return np.concatenate(drawn)[: self.count]
        pool = self.mixture()
        return to_grey(np.asarray(pool.read(0, len(pool)), dtype=np.uint8))

    def own_pictures(self, data: str, half: str) -> NDArray[np.uint8]:
        """(count, 28, 28, 1) pictures that models of one half of a set were trained on."""
        rng = self._rng(f"{data}-{half}")
        pictures, _ = load_set(self.data, data, cache=self.zoo.folder / "sets").half(half)
        chosen = rng.choice(len(pictures), min(self.count, len(pictures)), replace=False)
        return pictures[np.sort(chosen)]

    def _samples(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        built = [maker for maker in self.zoo.makers if self.zoo.built(maker)]
        if not built:
            raise UsageError(
                f"no GAN in '{self.zoo.folder}' can make samples",
                hint="see the logs folder there, and build the zoo again",
            )
        latents = np.array_split(self._normal(rng), len(built))
        made = [
            generated(self.zoo.model(maker), part)
            for maker, part in zip(built, latents, strict=True)
        ]
        mixed = np.concatenate(made).reshape(-1, *_SHAPE)
        return mixed[rng.permutation(len(mixed))]

    def _test_images(self, rng: np.random.Generator) -> NDArray[np.uint8]:
        names = sorted({member.data for member in self.zoo.members})
        each = -(-self.count // len(names))
        drawn = []
        for name in names:
            test = load_set(self.data, name, cache=self.zoo.folder / "sets").test
            drawn.append(test[rng.choice(len(test), each, replace=False)])
        mixed = np.concatenate(drawn)
        return mixed[rng.permutation(len(mixed))[: self.count]]

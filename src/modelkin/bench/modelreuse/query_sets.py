"""The queries of the benchmark: every source of pictures, whole and as shared crafters use it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modelkin.bench.modelreuse.image_set import SIZE, load_photos, load_set
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.protocols import QueryCrafter, QueryGenerator
from modelkin.queries.building import build_pool
from modelkin.queries.crafted import crafted_pool
from modelkin.queries.generators.dead_leaves import DeadLeaves
from modelkin.queries.generators.gaussian_noise import GaussianNoise
from modelkin.queries.generators.uniform_noise import UniformNoise
from modelkin.queries.naming import PoolName
from modelkin.records import AnyArray, FloatArray, IntArray, Pool

MOST = 500
TRAINING_SET = "training-set"
_SHAPE = (SIZE, SIZE, 3)
_GENERATORS: dict[str, QueryGenerator] = {
    "dead-leaves": DeadLeaves(),
    "gaussian": GaussianNoise(sd=0.08, greys=(0.25, 0.5, 0.75)),
    "uniform": UniformNoise(amplitude=1.0),
}
SOURCES = (TRAINING_SET, "photos", "image-mix-v1", *_GENERATORS)
NOISE = "image-noise-v1"
PLAIN = (*SOURCES, NOISE)
"""What is asked as it is; crafters work on ``SOURCES`` alone."""
_RECIPES = {"image-mix-v1", NOISE}


@dataclass(frozen=True, kw_only=True)
class QuerySets:
    """Makes and keeps the queries of one zoo.

    Attributes:
        zoo: the models that are asked.
        data: folder of the image sets.
        seed: of every drawing.
    """

    zoo: Zoo
    data: Path
    seed: int = 0

    def pool(self, queries: str, task: str, crafter: QueryCrafter | None = None) -> Pool:
        """One set of queries.

        Args:
            queries: one of ``PLAIN``.
            task: whose training images ``training-set`` means.
            crafter: one that does not look at a source; None asks the pictures themselves.
        """
        key = self.key(queries, task, crafter)
        path = self.zoo.folder / "queries" / f"{key}.npy"
        if queries in _RECIPES and crafter is None:
            recipe = queries.replace("-", "_")
            name = PoolName(recipe=recipe, shape=_SHAPE, n=MOST, seed=self.seed)
            pool = build_pool(name, cache=self.zoo.folder)
            if not path.is_file():
                _save(path, np.asarray(pool.read(0, len(pool)), dtype=np.uint8))
            return pool
        if path.is_file():
            pictures = np.load(path)
        else:
            pictures = self._make(queries, task, crafter, key)
            _save(path, pictures)
        return crafted_pool(pictures, name=key, part=crafter.name if crafter else queries)

    def key(self, queries: str, task: str, crafter: QueryCrafter | None = None) -> str:
        """Its name on disk."""
        stem = f"{queries}@{task}" if queries == TRAINING_SET else queries
        return f"{stem}+{crafter.name}" if crafter else stem

    def seeds(self, queries: str, task: str) -> NDArray[np.uint8]:
        """(500, 32, 32, 3) pictures that crafters start from."""
        pool = self.pool(queries, task)
        return np.asarray(pool.read(0, len(pool)), dtype=np.uint8)

    def _make(
        self, queries: str, task: str, crafter: QueryCrafter | None, key: str
    ) -> NDArray[np.uint8]:
        rng = np.random.default_rng([self.seed, *key.encode()])
        if crafter is not None:
            n = MOST - MOST % crafter.group
            made = crafter.craft(self.seeds(queries, task), NoSource(), n=n, rng=rng)
            return np.asarray(made, dtype=np.uint8)
        if queries == TRAINING_SET:
            pictures, _ = load_set(self.data, task, cache=self.zoo.folder / "sets").half("a")
            return pictures[np.sort(rng.choice(len(pictures), MOST, replace=False))]
        if queries == "photos":
            return _cropped(load_photos(self.data), rng)
        generator = _GENERATORS[queries]
        return np.concatenate([generator.draw(rng, _SHAPE) for _ in range(MOST)])


def _save(path: Path, pictures: NDArray[np.uint8]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, pictures)
    part.replace(path)


class NoSource:
    """Stands in for a source where a crafter must not look at one."""

    asked = 0
    differentiable = False

    def log_probabilities(self, queries: AnyArray) -> FloatArray:
        """Refuse."""
        raise RuntimeError(f"a shared crafter put {len(queries)} queries to the source")

    def labels(self, queries: AnyArray) -> IntArray:
        """Refuse."""
        raise RuntimeError(f"a shared crafter put {len(queries)} queries to the source")

    def gradient(self, queries: FloatArray, weights: FloatArray) -> FloatArray:
        """Refuse."""
        raise RuntimeError(f"a shared crafter asked {len(queries)} slopes of {weights.shape}")


def _cropped(photos: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Every photograph, then mirrored and shifted ones until there are enough."""
    return np.concatenate([photos, *_variants(photos, rng)])[:MOST]


def _variants(photos: NDArray[np.uint8], rng: np.random.Generator) -> Iterator[NDArray[np.uint8]]:
    left = MOST - len(photos)
    while left > 0:
        down, right = rng.integers(-SIZE // 4, SIZE // 4 + 1, 2)
        padded = np.pad(photos, ((0, 0), (SIZE // 4,) * 2, (SIZE // 4,) * 2, (0, 0)), "reflect")
        top, side = SIZE // 4 + down, SIZE // 4 + right
        yield padded[:, top : top + SIZE, side : side + SIZE][:, :, ::-1]
        left -= len(photos)

"""Generators that break their contract, each in one way."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from modelkin.protocols import QueryGenerator
from modelkin.queries.randomness import normals
from modelkin.records import AnyArray, FloatArray, Modality


@dataclass(frozen=True)
class Sound(QueryGenerator):
    """Two normal rows."""

    name: ClassVar[str] = "sound"
    modality: ClassVar[Modality] = Modality.VECTOR
    group: ClassVar[int] = 2

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        return self.reals(rng, shape).astype(np.float32)

    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        return normals(rng, (2, *shape))


class Double(Sound):
    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        return self.reals(rng, shape)


class Infinite(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        return super().reals(rng, shape) + np.inf


class ThreeForTwo(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        return normals(rng, (3, *shape))


class Square(Sound):
    modality: ClassVar[Modality] = Modality.IMAGE

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        return np.abs(normals(rng, (2, shape[0], shape[0], 3))).astype(np.uint8)


class Unseeded(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        del rng
        return np.random.default_rng().normal(size=(2, *shape))


class Shared(Sound):
    kept: ClassVar[dict[tuple[int, ...], AnyArray]] = {}

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> AnyArray:
        return self.kept.setdefault(shape, super().draw(rng, shape))


class Counting(Sound):
    drawn: ClassVar[list[int]] = []

    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        self.drawn.append(1)
        return super().reals(rng, shape) + len(self.drawn)


class Hashed(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        return super().reals(rng, shape) + hash("hashed") % 1000


class Constant(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        del rng
        return np.arange(2.0).reshape(2, *(1 for _ in shape)) * np.ones(shape)


class EqualTwins(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        return np.repeat(normals(rng, (1, *shape)), 2, axis=0)


class GlobalNumpy(Sound):
    def reals(self, rng: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
        np.random.seed(0)  # noqa: NPY002 (wrong on purpose)
        return super().reals(rng, shape)


FAULTS = (
    ("test_queries_have_the_asked_form", Double),
    ("test_queries_have_the_asked_form", Infinite),
    ("test_queries_have_the_asked_form", ThreeForTwo),
    ("test_queries_have_the_asked_form", Square),
    ("test_same_seed_gives_same_bytes", Unseeded),
    ("test_same_seed_gives_same_bytes", Shared),
    ("test_same_seed_gives_same_bytes", Counting),
    ("test_same_bytes_in_another_process", Hashed),
    ("test_other_seeds_give_other_queries", Constant),
    ("test_members_of_a_group_differ", EqualTwins),
    ("test_global_randomness_is_left_alone", GlobalNumpy),
)

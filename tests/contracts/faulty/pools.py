"""Recipes that break their contract, each in one way."""

from dataclasses import dataclass
from typing import ClassVar

from tests.contracts.faulty import generators

from modelkin.protocols import PoolRecipe, Portion, QueryGenerator
from modelkin.queries.generators.latent_normal import LatentNormal
from modelkin.queries.generators.normal_rows import NormalRows
from modelkin.records import Modality


@dataclass(frozen=True)
class Sound(PoolRecipe):
    """Twins and single rows."""

    name: ClassVar[str] = "sound"
    modality: ClassVar[Modality] = Modality.VECTOR
    first: ClassVar[QueryGenerator] = generators.Sound()

    def mixture(self) -> tuple[Portion, ...]:
        return (Portion("twins", self.first, 2), Portion("normal", NormalRows(), 3))


class Weightless(Sound):
    def mixture(self) -> tuple[Portion, ...]:
        return (*super().mixture(), Portion("never", NormalRows(sd=2.0), 0))


class Mixed(Sound):
    first = LatentNormal()


class Fickle(Sound):
    made: ClassVar[list[int]] = []

    def mixture(self) -> tuple[Portion, ...]:
        self.made.append(1)
        return super().mixture()[len(self.made) % 2 :]


class Overdrawn(Sound):
    first = generators.ThreeForTwo()


class Infinite(Sound):
    first = generators.Infinite()


class Unseeded(Sound):
    first = generators.Unseeded()


class Hashed(Sound):
    first = generators.Hashed()


class Constant(Sound):
    first = generators.Constant()


class Counting(Sound):
    first = generators.Counting()


class GlobalNumpy(Sound):
    first = generators.GlobalNumpy()


FAULTS = (
    ("test_mixture_is_sound", Weightless),
    ("test_mixture_is_sound", Mixed),
    ("test_mixture_is_sound", Fickle),
    ("test_budget_is_kept_exactly", Overdrawn),
    ("test_queries_have_the_asked_form", Infinite),
    ("test_same_seed_gives_same_bytes", Unseeded),
    ("test_same_seed_gives_same_bytes", Fickle),
    ("test_same_bytes_in_another_process", Hashed),
    ("test_other_seeds_give_other_queries", Constant),
    ("test_longer_pools_begin_with_shorter_ones", Counting),
    ("test_every_part_takes_part", Fickle),
    ("test_global_randomness_is_left_alone", GlobalNumpy),
)

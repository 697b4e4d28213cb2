"""What a part makes, as one digest that can be compared across processes."""

import hashlib
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np

from modelkin.answers.label_candidates import LabelCandidates
from modelkin.answers.label_evidence import QuerySelection
from modelkin.protocols import (
    FingerprintMethod,
    PoolRecipe,
    QueryCrafter,
    QueryGenerator,
    QuerySelector,
)
from modelkin.queries.building import PoolName, build_pool
from modelkin.queries.randomness import keyed
from modelkin.records import AnyArray, Modality, Pool
from modelkin.testing.toy_crafting import SHAPES as CRAFTED_SHAPES
from modelkin.testing.toy_crafting import craft_toys, toy_seeds
from modelkin.testing.toy_labels import toy_candidates
from modelkin.testing.toy_oracle import ToyOracle
from modelkin.testing.toys import ToySubject, toy_pool, toy_responses

_ROWS = ((36,), (7,), (2,), (1,))
SHAPES: dict[Modality, tuple[tuple[int, ...], ...]] = {
    Modality.IMAGE: ((28, 28, 3), (24, 40, 3), (41, 17, 3), (3, 5, 3), (1, 1, 3)),
    Modality.VECTOR: _ROWS,
    Modality.LATENT: _ROWS,
}
"""Shapes of a query that generators and pools are tried with; the first is an ordinary one."""


def array_digest(values: AnyArray) -> str:
    """sha256 of an array: its type, shape and bytes."""
    content = hashlib.sha256(f"{values.dtype.str} {values.shape}\n".encode())
    content.update(values.tobytes())
    return content.hexdigest()


def draw(part: type[QueryGenerator], shape: tuple[int, ...], seed: int) -> AnyArray:
    """Let a generator make one group."""
    return part().draw(keyed(f"contract {seed}"), shape)


def generator_digest(part: type[QueryGenerator]) -> str:
    """Digest of some draws of every shape."""
    drawn = [draw(part, shape, seed) for shape in SHAPES[part.modality] for seed in range(4)]
    return " ".join(array_digest(group)[:16] for group in drawn)


def crafter_digest(part: type[QueryCrafter]) -> str:
    """Digest of what a crafter makes of seeds of every shape."""
    n = -(-12 // part.group) * part.group
    made = [
        craft_toys(part(), ToyOracle(3, shape=shape), toy_seeds(shape, 120), n=n, seed=seed)
        for shape in CRAFTED_SHAPES
        for seed in range(2)
    ]
    return " ".join(array_digest(queries)[:16] for queries in made)


def select_toys(part: QuerySelector, known: LabelCandidates, *, n: int = 40) -> QuerySelection:
    """Let a selector choose, always by the same seed."""
    return part.select(known, n=n, rng=np.random.Generator(np.random.Philox(key=7)))


def selector_digest(part: type[QuerySelector]) -> str:
    """Digest of what a selector chooses for two toy sources, with and without own copies."""
    picked = [
        select_toys(part(), toy_candidates(copies=copies, seed=seed))
        for copies in (0, 3)
        for seed in range(2)
    ]
    return " ".join(array_digest(np.append(one.chosen, one.agree)) for one in picked)


def build(
    part: type[PoolRecipe], shape: tuple[int, ...], cache: Path, *, n: int = 60, seed: int = 0
) -> Pool:
    """Build a pool of just this recipe, registered or not."""
    name = PoolName(recipe=part.name.replace("_", "-"), shape=shape, n=n, seed=seed)
    with mock.patch("modelkin.queries.building.load_recipe", return_value=part()):
        return build_pool(name, cache=cache)


def pool_digest(part: type[PoolRecipe]) -> str:
    """Digest of a pool of every shape."""
    with tempfile.TemporaryDirectory() as folder:
        pools = [build(part, shape, Path(folder)) for shape in SHAPES[part.modality]]
        return " ".join(pool.digest for pool in pools)


def fingerprint_digest(part: type[FingerprintMethod]) -> str:
    """Digest of the fingerprint of a small model."""
    return array_digest(part().extract(toy_responses(ToySubject(3), toy_pool())))

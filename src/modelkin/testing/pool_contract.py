"""What every named mixture keeps to."""

from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from modelkin.protocols import Component, PoolRecipe
from modelkin.queries.cache import row_dtype
from modelkin.testing.component_contract import ComponentContract
from modelkin.testing.digests import SHAPES, array_digest, build, pool_digest
from modelkin.testing.elsewhere import call_elsewhere
from modelkin.testing.random_state import untouched_random_state

_BUDGETS = (1, 2, 3, 7, 50, 101)
_ROUNDS = 10


class PoolContract(ComponentContract):
    """Pools of exactly the asked size, the same bytes everywhere."""

    base: ClassVar[type[Component]] = PoolRecipe

    @pytest.fixture
    def part(self) -> type[PoolRecipe]:
        """The recipe under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    def test_mixture_is_sound(self, part: type[PoolRecipe]) -> None:
        """Positive weights, generators of the recipe's own modality, the same every time."""
        mixture = part().mixture()
        assert mixture
        assert mixture == part().mixture()
        for portion in mixture:
            assert portion.weight > 0
            assert portion.part
            assert portion.generator.modality is part.modality

    def test_budget_is_kept_exactly(self, part: type[PoolRecipe], tmp_path: Path) -> None:
        """Asking for n queries gives n rows, ids and parts, wherever a group is cut."""
        for n in _BUDGETS:
            pool = build(part, SHAPES[part.modality][0], tmp_path, n=n)
            assert len(pool) == n
            assert len(set(pool.ids)) == n
            assert pool.read(0, n + 5).shape == (n, *pool.shape)

    def test_queries_have_the_asked_form(self, part: type[PoolRecipe], tmp_path: Path) -> None:
        """Every shape, square or not, read whole or in pieces."""
        for shape in SHAPES[part.modality]:
            pool = build(part, shape, tmp_path)
            rows = pool.read(0, len(pool))
            assert rows.shape == (len(pool), *shape)
            assert rows.dtype == row_dtype(part.modality)
            assert np.isfinite(np.asarray(rows, dtype=np.float64)).all()
            assert np.array_equal(rows[17:43], pool.read(17, 43))

    def test_same_seed_gives_same_bytes(self, part: type[PoolRecipe], tmp_path: Path) -> None:
        """Made twice, not read from the cache."""
        shape = SHAPES[part.modality][0]
        first, again = (build(part, shape, tmp_path / name) for name in ("one", "two"))
        assert first.digest == again.digest
        assert np.array_equal(first.read(0, len(first)), again.read(0, len(again)))

    def test_same_bytes_in_another_process(self, part: type[PoolRecipe]) -> None:
        """Nothing depends on string hashes, on the clock or on what ran before."""
        assert call_elsewhere(pool_digest, part) == pool_digest(part)

    def test_other_seeds_give_other_queries(self, part: type[PoolRecipe], tmp_path: Path) -> None:
        """No two queries of two seeds are equal."""
        shape = SHAPES[part.modality][0]
        made: set[str] = set()
        for seed in range(2):
            pool = build(part, shape, tmp_path, seed=seed)
            made |= {array_digest(query) for query in pool.read(0, len(pool))}
        assert len(made) == len(range(2)) * len(pool)

    def test_longer_pools_begin_with_shorter_ones(
        self, part: type[PoolRecipe], tmp_path: Path
    ) -> None:
        """So that asking more queries wastes none of the answers."""
        shape = SHAPES[part.modality][0]
        short, long = (build(part, shape, tmp_path, n=n) for n in (31, 60))
        assert np.array_equal(short.read(0, 31), long.read(0, 31))
        assert short.parts == long.parts[:31]

    def test_every_part_takes_part(self, part: type[PoolRecipe], tmp_path: Path) -> None:
        """Ten rounds of the mixture hold every part in its proportion, to a group or two."""
        mixture = part().mixture()
        wanted: dict[str, int] = {}
        for portion in mixture:
            rows = _ROUNDS * portion.weight * portion.generator.group
            wanted[portion.part] = wanted.get(portion.part, 0) + rows
        slack = 2 * max(portion.generator.group for portion in mixture)
        n = sum(wanted.values())
        parts = build(part, SHAPES[part.modality][-1], tmp_path, n=n).parts
        assert set(parts) == set(wanted)
        for name, rows in wanted.items():
            assert abs(parts.count(name) - rows) <= slack

    def test_global_randomness_is_left_alone(self, part: type[PoolRecipe], tmp_path: Path) -> None:
        """The seed in the name is the only source of randomness."""
        with untouched_random_state():
            build(part, SHAPES[part.modality][0], tmp_path)

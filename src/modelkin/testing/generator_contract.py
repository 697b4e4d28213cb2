"""What every query generator keeps to."""

from typing import ClassVar

import numpy as np
import pytest

from modelkin.protocols import Component, QueryGenerator
from modelkin.queries.cache import row_dtype
from modelkin.testing.component_contract import ComponentContract
from modelkin.testing.digests import SHAPES, array_digest, draw, generator_digest
from modelkin.testing.elsewhere import call_elsewhere
from modelkin.testing.random_state import untouched_random_state


class GeneratorContract(ComponentContract):
    """Queries of the right form that depend on the seed and on nothing else."""

    base: ClassVar[type[Component]] = QueryGenerator

    @pytest.fixture
    def part(self) -> type[QueryGenerator]:
        """The generator under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    def test_queries_have_the_asked_form(self, part: type[QueryGenerator]) -> None:
        """Every shape, square or not, down to the smallest; finite pixels or float32 rows."""
        for shape in SHAPES[part.modality]:
            group = draw(part, shape, seed=0)
            assert group.shape == (part.group, *shape)
            assert group.dtype == row_dtype(part.modality)
            assert np.isfinite(np.asarray(group, dtype=np.float64)).all()

    def test_same_seed_gives_same_bytes(self, part: type[QueryGenerator]) -> None:
        """Also after other draws, and after a caller wrote into what it was given."""
        for shape in SHAPES[part.modality]:
            first = draw(part, shape, seed=1)
            wanted = array_digest(first)
            first.view(np.uint8)[...] = 0
            draw(part, shape, seed=2)
            assert array_digest(draw(part, shape, seed=1)) == wanted

    def test_same_bytes_in_another_process(self, part: type[QueryGenerator]) -> None:
        """Nothing depends on string hashes, on the clock or on what ran before."""
        assert call_elsewhere(generator_digest, part) == generator_digest(part)

    def test_other_seeds_give_other_queries(self, part: type[QueryGenerator]) -> None:
        """Five seeds, five different groups."""
        shape = SHAPES[part.modality][0]
        made = {array_digest(draw(part, shape, seed)) for seed in range(5)}
        assert len(made) == len(range(5))

    def test_members_of_a_group_differ(self, part: type[QueryGenerator]) -> None:
        """A twin that equals its seed would ask the same question twice."""
        group = draw(part, SHAPES[part.modality][0], seed=0)
        assert len({array_digest(query) for query in group}) == part.group

    def test_global_randomness_is_left_alone(self, part: type[QueryGenerator]) -> None:
        """The generator that is passed in is the only source of randomness."""
        with untouched_random_state():
            draw(part, SHAPES[part.modality][0], seed=0)

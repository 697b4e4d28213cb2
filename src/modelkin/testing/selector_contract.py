"""What every query selector keeps to."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from modelkin.answers.label_evidence import QuerySelection
from modelkin.errors import PoolError
from modelkin.protocols import Component, QuerySelector
from modelkin.testing.component_contract import ComponentContract
from modelkin.testing.digests import array_digest, select_toys, selector_digest
from modelkin.testing.elsewhere import call_elsewhere
from modelkin.testing.random_state import untouched_random_state
from modelkin.testing.toy_labels import toy_candidates

_SIZES = (1, 7, 40)


class SelectorContract(ComponentContract):
    """As many queries as asked for, chosen without the suspect, with weights that make sense."""

    base: ClassVar[type[Component]] = QuerySelector

    @pytest.fixture
    def part(self) -> type[QuerySelector]:
        """The selector under test."""
        raise NotImplementedError("define the fixture 'part': it returns the class to test")

    def test_budget_is_kept_and_no_query_chosen_twice(self, part: type[QuerySelector]) -> None:
        """The suspect's queries are counted, so a repeated one is money lost."""
        known = toy_candidates()
        for n in (*_SIZES, known.size):
            picked = select_toys(part(), known, n=n)
            assert picked.chosen.shape == (n,)
            assert len(set(picked.chosen.tolist())) == n
            assert picked.chosen.min() >= 0
            assert picked.chosen.max() < known.size

    def test_impossible_numbers_are_refused(self, part: type[QuerySelector]) -> None:
        """None at all, or more than there are."""
        known = toy_candidates()
        for n in (0, known.size + 1):
            with pytest.raises(PoolError):
                select_toys(part(), known, n=n)

    def test_weights_fit_and_agreement_never_speaks_against(
        self, part: type[QuerySelector]
    ) -> None:
        """One weight a query, finite; to answer like the source is never worse than not to."""
        for copies in (0, 3):
            picked = select_toys(part(), toy_candidates(copies=copies))
            for weights in (picked.agree, picked.differ, picked.foreign):
                assert weights.shape == picked.chosen.shape
                assert np.isfinite(weights).all()
            assert (picked.agree >= picked.differ + np.maximum(picked.foreign, 0)).all()
            assert (picked.agree > picked.differ).any()

    def test_same_seed_gives_the_same(self, part: type[QuerySelector]) -> None:
        """Also after it chose for another source."""
        wanted = _digest(select_toys(part(), toy_candidates()))
        select_toys(part(), toy_candidates(seed=5))
        assert _digest(select_toys(part(), toy_candidates())) == wanted

    def test_same_in_another_process(self, part: type[QuerySelector]) -> None:
        """Nothing depends on string hashes, on the clock or on what ran before."""
        assert call_elsewhere(selector_digest, part) == selector_digest(part)

    def test_global_randomness_is_left_alone(self, part: type[QuerySelector]) -> None:
        """The generator that is passed in is the only source of randomness."""
        with untouched_random_state():
            select_toys(part(), toy_candidates())

    def test_answers_stay_unchanged(self, part: type[QuerySelector]) -> None:
        """Several selectors work on the same recorded answers."""
        known = toy_candidates(copies=3)
        held = (known.source, known.references, known.copies)
        before = [array_digest(array) for array in held]
        select_toys(part(), known)
        assert [array_digest(array) for array in held] == before

    def test_copies_are_used_only_if_it_says_so(self, part: type[QuerySelector]) -> None:
        """Own copies that differ from the source on some inputs change what is chosen, or not."""
        known = toy_candidates(copies=3)
        without = replace(known, copies=known.copies[:0], made=())
        same = _digest(select_toys(part(), known)) == _digest(select_toys(part(), without))
        assert same is not part.copies

    def test_copies_that_teach_nothing_do_not_hurt(self, part: type[QuerySelector]) -> None:
        """Copies that answer everything like the source say nothing about any query."""
        known = toy_candidates()
        taught = replace(known, copies=np.tile(known.source, (3, 1)))
        chosen = [select_toys(part(), one).chosen.tolist() for one in (known, taught)]
        assert chosen[0] == chosen[1]


def _digest(picked: QuerySelection) -> str:
    arrays = (picked.chosen, picked.agree, picked.differ, picked.foreign)
    return " ".join(array_digest(array) for array in arrays)

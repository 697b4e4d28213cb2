"""Which pool a pair is asked: known from the models, before a query is spent."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.routing import n_outputs, pool_name_for, suited_pool
from modelkin.records import Access, Modality, Signature, TensorSpec
from modelkin.registry import names

if TYPE_CHECKING:
    from modelkin.models.opened import OpenedModel


class Side:
    """As much of an opened model as decides."""

    def __init__(
        self, *shapes: tuple[int | None, ...], access: Access = Access.SCORES, picture: bool = True
    ) -> None:
        outputs = tuple(TensorSpec(name="y", shape=shape, dtype="float32") for shape in shapes)
        self.signature = Signature(outputs=outputs, access=access)
        self.modality = Modality.IMAGE if picture else Modality.VECTOR

    @property
    def fed(self) -> "Side":
        return self


def routed(first: Side, second: Side, **options: object) -> str:
    wanted = CompareOptions(cache=Path("unused"), **options)  # type: ignore[arg-type]
    return pool_name_for(cast("OpenedModel", first), cast("OpenedModel", second), wanted)


def test_other_label_sets_are_asked_noise() -> None:
    assert routed(Side((None, 10)), Side((None, 7))) == "image-noise-v1"
    assert routed(Side((1, 1, 1, 10)), Side((1, 10))) == "image-mix-v1"


@pytest.mark.parametrize("unknown", [(), ((None, None),), ((None,),), ((1, 4), (1, 7))])
def test_what_the_models_do_not_say_is_taken_for_equal(
    unknown: tuple[tuple[int | None, ...], ...],
) -> None:
    assert n_outputs(Side(*unknown).signature) is None
    assert routed(Side((None, 10)), Side(*unknown)) == "image-mix-v1"


def test_labels_cannot_be_compared_by_geometry() -> None:
    labels = Side((None, 7), access=Access.LABEL)
    assert routed(Side((None, 10)), labels) == "image-mix-v1"
    assert routed(Side((None, 10)), Side((None, 7)), access=Access.TOP_K) == "image-mix-v1"


def test_a_named_method_gets_the_pool_that_suits_it() -> None:
    same = Side((None, 10)), Side((None, 10))
    assert routed(*same, methods=("whitened_cka", "rsm")) == "image-noise-v1"
    assert routed(Side((1, 10)), Side((1, 7)), methods=("rsm",)) == "image-mix-v1"


def test_tables_have_one_pool() -> None:
    assert routed(Side((1, 10), picture=False), Side((1, 7), picture=False)) == "vector-mix-v1"


@pytest.mark.parametrize("modality", [Modality.IMAGE, Modality.VECTOR])
def test_every_method_names_a_pool_that_there_is(modality: Modality) -> None:
    for method in names("method"):
        recipe = suited_pool(method, modality).replace("-", "_")
        assert recipe in names("pool"), method

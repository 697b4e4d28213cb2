"""Where references may come from, and the data that each origin learns from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from modelkin.bench.modelreuse.image_set import SIZE, ImageSet, load_set
from modelkin.making.reference_recipe import ReferenceRecipe
from modelkin.making.synthetic import synthetic_inputs
from modelkin.records import AnyArray, IntArray

SHAPE = (SIZE, SIZE, 3)
_OTHER = "tinyimagenet60_64"
_SYNTHETIC = 4000


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One sort of references.

    Attributes:
        name: in figures.
        meaning: what the references learnt from, in words.
        data: labelled data for a task; None where there are none for it, or where each reference
            has a random task of its own.
        epochs: passes that each reference takes.
    """

    name: str
    meaning: str
    data: Callable[[Path, Path, str], tuple[AnyArray, IntArray] | None] | None
    epochs: float

    def lesson(
        self,
        recipe: ReferenceRecipe,
        labelled: tuple[AnyArray, IntArray] | None,
        label: Callable[[ReferenceRecipe, AnyArray], IntArray],
    ) -> tuple[AnyArray, IntArray]:
        """What one reference learns from.

        Args:
            recipe: of the reference.
            labelled: the origin's data for the task.
            label: names the classes of a random task.
        """
        if labelled is not None:
            return labelled
        inputs = synthetic_inputs(SHAPE, _SYNTHETIC, np.random.default_rng(recipe.seed))
        return inputs, label(recipe, inputs)


def _unseen(folder: Path, kept: Path, task: str) -> tuple[AnyArray, IntArray]:
    """The half that no source learnt from."""
    return load_set(folder, task, cache=kept).half("b")


def _other(folder: Path, kept: Path, task: str) -> tuple[AnyArray, IntArray] | None:
    """Pictures of other things, as many classes; None where there are too few."""
    classes = load_set(folder, task, cache=kept).classes
    others: ImageSet = load_set(folder, _OTHER, cache=kept)
    if others.classes < classes:
        return None
    pictures, labels = others.half("a")
    rows = labels < classes
    return pictures[rows], labels[rows]


ORIGINS = (
    Origin(
        name="synthetic",
        meaning="procedural pictures, each reference with a random task of its own",
        data=None,
        epochs=6,
    ),
    Origin(
        name="other-data",
        meaning="photographs of other things, as many classes (24 of Tiny ImageNet)",
        data=_other,
        epochs=8,
    ),
    Origin(
        name="same-distribution",
        meaning="the half of the source's image set that the source never saw",
        data=_unseen,
        epochs=8,
    ),
)

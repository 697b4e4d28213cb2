"""Which families are references and which are judged."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.errors import UsageError
from modelkin.records import IntArray

REFERENCES = 8
DEVELOPED_ON = frozenset(
    {
        "coat_lite_small",
        "dpn68b",
        "dpn92",
        "mixnet_l",
        "mixnet_xl",
        "mobilenetv2_120d",
        "resnetv2_50x1_bit_distilled",
        "torchvision_resnet50",
        "twins_pcpvt_base",
    }
)
_JUDGED = 3
_QUERIES = 200


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """One random parting of families and images.

    Attributes:
        references: families whose base models are the honest references.
        judged: all other families: each is a source, and the suspects come from them.
        candidates: images that queries may be taken from, in random order.
    """

    references: IntArray
    judged: IntArray
    candidates: IntArray


def draw_splits(
    recorded: RecordedLabels, *, n: int, seed: int, aside: bool = False
) -> Iterator[Split]:
    """Draw splits; the first ones do not depend on how many are drawn.

    Args:
        recorded: the labels.
        n: how many splits.
        seed: of the draw.
        aside: judge only families whose answers no choice of design was made on; the references
            are drawn from the others.

    Raises:
        UsageError: too few families, images or variants.
    """
    _check(recorded)
    for index in range(n):
        rng = np.random.default_rng([seed, index])
        families = rng.permutation(len(recorded.families))
        images = rng.permutation(len(recorded.answers))
        if aside:
            seen = np.isin(families, developed_on(recorded))
            families = np.concatenate([families[seen][:REFERENCES], families[~seen]])
        yield Split(
            references=families[:REFERENCES],
            judged=families[REFERENCES:],
            candidates=images[: len(images) // 2],
        )


def developed_on(recorded: RecordedLabels) -> IntArray:
    """Families on which ways of choosing and weighing were compared."""
    known = [place for place, name in enumerate(recorded.families) if name in DEVELOPED_ON]
    return np.array(known, dtype=np.int64)


def has_aside(recorded: RecordedLabels) -> bool:
    """Whether enough families stand on each side."""
    seen = len(developed_on(recorded))
    return seen >= REFERENCES and len(recorded.families) - seen >= _JUDGED


def _check(recorded: RecordedLabels) -> None:
    families, images = len(recorded.families), len(recorded.answers)
    if families < REFERENCES + _JUDGED:
        raise UsageError(
            f"{families} families are too few: {REFERENCES} give the references, and at least "
            f"{_JUDGED} must be left to judge",
            hint=f"record the labels of at least {REFERENCES + _JUDGED} base models",
        )
    if images < 2 * _QUERIES:
        raise UsageError(
            f"{images} images are too few: {_QUERIES} queries are taken from a random half",
            hint=f"record answers to at least {2 * _QUERIES} images",
        )
    bare = [name for i, name in enumerate(recorded.families) if not len(recorded.variants(i))]
    if bare:
        raise UsageError(
            f"family '{bare[0]}' has no variant within 15 points of its base's accuracy",
            hint="add variants of it to models.csv and labels.npz, or leave the family out",
        )

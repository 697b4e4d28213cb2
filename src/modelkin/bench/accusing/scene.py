"""Who takes part in one round of claims, and what each side has seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from modelkin.answers.label_affinity import LabelAffinity
from modelkin.bench.label_replay.anytime import bounding
from modelkin.bench.label_replay.recorded import BASE, RecordedLabels
from modelkin.bench.label_replay.splits import developed_on
from modelkin.errors import UsageError
from modelkin.pipeline.examining import pool_size, swap_agreement
from modelkin.queries.selection.expected_evidence import ExpectedEvidence
from modelkin.records import IntArray

CHOOSE, BOUND = 6, 8
_STREAM = 1_000_039
_OTHERS = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """An honest victim, other models that the accuser may call the original, and references.

    Attributes:
        victim: (images,) labels of the accused.
        origin: (images,) labels of the base model of the victim's family.
        derived: (images,) labels of a model that does derive from it.
        sources: (s, images) labels of honest models of other families, variants among them.
        chooses: (k, images) labels of references.
        bounds: (m, images) labels of further references and of copies made of them.
        families: (m,) family of each.
        base: (families,) positions of the references themselves among those.
        accuser: images that the accuser had, and has asked the victim about in secret.
        examiner: images that only the examiner has.
    """

    victim: IntArray
    origin: IntArray
    derived: IntArray
    sources: IntArray
    chooses: IntArray
    bounds: IntArray
    families: IntArray
    base: IntArray
    accuser: IntArray
    examiner: IntArray

    @cached_property
    def affinity(self) -> LabelAffinity:
        """What the choosing references exchange for what, on the examiner's images."""
        return LabelAffinity(references=self.chooses[:, self.examiner])

    @cached_property
    def bases(self) -> IntArray:
        """(families, images) labels of the further references themselves."""
        return self.bounds[self.base]

    @cached_property
    def references(self) -> IntArray:
        """(6 + families, images) labels of all references, without copies of them."""
        return np.concatenate([self.chooses, self.bases])

    @cached_property
    def chairs(self) -> float:
        """Swap test: each further reference in the source's chair, its nearest of the others."""
        places = np.arange(len(self.bases))
        return swap_agreement(
            self.bases[:, self.examiner],
            places,
            places,
            self.affinity,
            selector=ExpectedEvidence(),
            size=pool_size(len(self.examiner), own_copies=False),
            rngs=[np.random.default_rng(0)] * len(places),
        )


def scenes(recorded: RecordedLabels, *, n: int, seed: int, aside: bool = False) -> Iterator[Scene]:
    """Draw rounds: 6 families choose, 8 bound, one of the others is the victim's.

    Args:
        recorded: the labels.
        n: how many rounds.
        seed: of the draw.
        aside: victims only of families on which no rule was tried.

    Raises:
        UsageError: too few families.
    """
    families = len(recorded.families)
    if families < CHOOSE + BOUND + _OTHERS:
        raise UsageError(
            f"{families} families are too few for claims",
            hint=f"record the labels of at least {CHOOSE + BOUND + _OTHERS} base models",
        )
    for index in range(n):
        rng = np.random.default_rng([seed, _STREAM, index])
        drawn = rng.permutation(families)
        if aside:
            unseen = drawn[~np.isin(drawn, developed_on(recorded))]
            drawn = np.append(drawn[drawn != unseen[0]], unseen[0])
        images = rng.permutation(len(recorded.answers))
        *others, victim = drawn[CHOOSE + BOUND :]
        of_victim = np.flatnonzero(recorded.family == victim)
        rows = recorded.answers.T
        half = len(images) // 2
        models = bounding(recorded, drawn[CHOOSE : CHOOSE + BOUND])
        yield Scene(
            victim=_labels(rows[rng.choice(of_victim)]),
            origin=_labels(rows[recorded.bases[victim]]),
            derived=_labels(rows[rng.choice(recorded.variants(int(victim)))]),
            sources=_labels(rows[np.flatnonzero(np.isin(recorded.family, others))]),
            chooses=_labels(rows[recorded.bases[drawn[:CHOOSE]]]),
            bounds=_labels(rows[models]),
            families=recorded.family[models],
            base=np.flatnonzero(recorded.kind[models] == BASE),
            accuser=images[:half],
            examiner=images[half:],
        )


def _labels(rows: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> IntArray:
    return np.ascontiguousarray(rows, dtype=np.int64)

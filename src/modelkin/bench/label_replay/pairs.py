"""The pairs of source and suspect that one split judges."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from modelkin.bench.label_replay.recorded import RecordedLabels
from modelkin.bench.label_replay.splits import Split
from modelkin.records import BoolArray, IntArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """Every judged source against every model of the judged families but itself.

    Attributes:
        source: (pairs,) family of the source.
        suspect: (pairs,) the suspect, as an index of models.
        family: (pairs,) family of the suspect.
        kind: (pairs,) kind of the suspect, ``BASE`` for a base model.
    """

    source: IntArray
    suspect: IntArray
    family: IntArray
    kind: IntArray

    @property
    def related(self) -> BoolArray:
        """(pairs,) whether the suspect derives from the source."""
        related: BoolArray = self.source == self.family
        return related


def pairs_of(
    recorded: RecordedLabels, split: Split, *, tested: Collection[str] | None = None
) -> Pairs:
    """List the pairs, source by source.

    Args:
        recorded: the labels.
        split: who is judged.
        tested: kinds of copies that are judged; None takes all. Unrelated models are of any kind.
    """
    models = np.flatnonzero(np.isin(recorded.family, split.judged))
    source = np.repeat(split.judged, len(models))
    suspect = np.tile(models, len(split.judged))
    other = recorded.bases[source] != suspect
    if tested is not None:
        wanted = [place for place, kind in enumerate(recorded.kinds) if kind in tested]
        unrelated = recorded.family[suspect] != source
        other &= unrelated | np.isin(recorded.kind[suspect], wanted)
    source, suspect = source[other], suspect[other]
    return Pairs(
        source=source,
        suspect=suspect,
        family=recorded.family[suspect],
        kind=recorded.kind[suspect],
    )

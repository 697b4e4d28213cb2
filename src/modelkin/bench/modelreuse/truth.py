"""What is true of a pair: derived or honest, and of which sort."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from modelkin.bench.modelreuse.entry import Entry, How
from modelkin.bench.modelreuse.grammar import descends, null_of
from modelkin.errors import IncompatibleError

ALL = "all"
EXTRACTION, DISTILLATION, STEALING = "extraction", "distillation", "stealing"
MODIFICATION, TRANSFER, SAME_LABELS = "modification", "transfer", "same-labels"
PARTS = (TRANSFER, MODIFICATION, EXTRACTION, DISTILLATION, STEALING)
OWN = (TRANSFER, SAME_LABELS)
NULLS = ("N1", "N2", "same-data", "N3")
WEAK = "N1-N2"
_MODIFIED = {How.QUANTIZED, How.PRUNED, How.FINETUNED, How.AVERTED, How.CHAIN}


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the manifest says about a pair.

    Attributes:
        derived: the suspect was made from the source.
        lineage: family of the source, the unit of resampling.
        family: family of the suspect.
        groups: what the pair counts for; of a negative, its null is among them.
    """

    derived: bool
    lineage: str
    family: str
    groups: tuple[str, ...]


class Manifest:
    """Looks pairs up in the zoo's entries."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._by_name = {entry.name: entry for entry in entries}
        self.truth = cache(self._truth)

    def _truth(self, source_name: str, suspect_name: str) -> Truth:
        source, suspect = self._entry(source_name), self._entry(suspect_name)
        labels = SAME_LABELS if source.task == suspect.task else TRANSFER
        derived = descends(suspect, source, self._by_name)
        if derived:
            groups = (ALL, labels, *_types(source, suspect))
        elif suspect.family == source.family:
            raise IncompatibleError(
                f"'{suspect_name}' shares a lineage with '{source_name}' but was not made from it, "
                "so the pair is neither derived nor honest",
                hint="rate descendants, and honest models of other lineages, only",
            )
        else:
            groups = (ALL, labels, null_of(source, suspect))
        return Truth(derived=derived, lineage=source.family, family=suspect.family, groups=groups)

    def _entry(self, name: str) -> Entry:
        if name not in self._by_name:
            raise IncompatibleError(
                f"the ratings name the model '{name}', which the zoo does not hold",
                hint="score ratings with the manifest of the zoo that they were made from",
            )
        return self._by_name[name]


def how_group(how: str) -> str:
    """Name of the group of one reuse type."""
    return f"how:{how}"


def kind_group(kind: str) -> str:
    """Name of the group of one reuse type with its variant."""
    return f"kind:{kind}"


def _types(source: Entry, suspect: Entry) -> tuple[str, ...]:
    if source.task != suspect.task and suspect.how is not How.TRANSFERRED:
        # a copy of a transferred model, seen from the base: not the type that its parent sees
        return (how_group("copy-of-transferred"),)
    how = suspect.how
    wider = []
    if how in _MODIFIED:
        wider.append(MODIFICATION)
    if how.extracts:
        wider += [EXTRACTION, DISTILLATION if how is How.DISTILLED else STEALING]
    return (how_group(how.value), kind_group(suspect.kind), *wider)

"""From recorded answers to rated pairs, one configuration at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.partial import partial_similarity
from modelkin.bench.modelreuse.answers import prefix, seen
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.judged import Judged
from modelkin.bench.modelreuse.plan import Case
from modelkin.bench.modelreuse.rated import Rated
from modelkin.pipeline.rating import rows_for
from modelkin.records import FloatArray, Responses

_LEAST_COHORT = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class SimilarityTable:
    """Similarities between some of the models.

    Attributes:
        place: row and column of each model, by name.
        matrix: (n, n) similarities.
    """

    place: Mapping[str, int]
    matrix: FloatArray

    def of(self, rows: Sequence[Entry], columns: Sequence[Entry]) -> FloatArray:
        """A block of it."""
        return self.matrix[np.ix_(self._at(rows), self._at(columns))]

    def holds(self, entry: Entry) -> bool:
        """Whether a model is rated."""
        return entry.name in self.place

    def _at(self, entries: Sequence[Entry]) -> list[int]:
        return [self.place[entry.name] for entry in entries]


def rate(
    judged: Judged, answers: Sequence[Responses], *, access: str, budget: int
) -> SimilarityTable:
    """Rate every two models.

    Args:
        judged: the method.
        answers: to one pool, one model each.
        access: what the models show.
        budget: queries put to each.
    """
    asked = [prefix(responses, budget, judged.group) for responses in answers]
    rows = rows_for(judged.method, asked[0])
    prints = [judged.method.fingerprint.extract(seen(one.take(rows), access)) for one in asked]
    place = {responses.model: row for row, responses in enumerate(answers)}
    return SimilarityTable(place=place, matrix=judged.method.similarity.matrix(prints))


def pairs_of(case: Case, table: SimilarityTable, *, same_task: bool) -> Iterator[Rated]:
    """Rate the copies and the honest suspects of one source directly.

    Args:
        case: the source and its suspects.
        table: similarities.
        same_task: only suspects with the source's classes, or only the others.
    """
    source = case.source
    if not table.holds(source):
        return
    rivals = [entry for entry, _ in case.rivals if table.holds(entry)]
    copies = _chosen(case.copies, case, table, same_task=same_task)
    honest = _chosen([entry for entry, _ in case.honest], case, table, same_task=same_task)
    closest = table.of(rivals, copies).max(axis=0) if rivals and copies else None
    for column, entry in enumerate(copies):
        found = float(table.of([source], [entry])[0, 0])
        rule = None if closest is None else bool(found > closest[column])
        yield Rated(source=source.name, suspect=entry.name, fold=0, similarity=found, rule=rule)
    for entry in honest:
        found = float(table.of([source], [entry])[0, 0])
        yield Rated(source=source.name, suspect=entry.name, fold=0, similarity=found, rule=None)


def partial_pairs_of(case: Case, table: SimilarityTable, *, same_task: bool) -> Iterator[Rated]:
    """The same with what honest models explain taken out, the honest families in two folds."""
    source = case.source
    if not table.holds(source):
        return
    rated: list[Rated] = []
    beaten: dict[str, bool | None] = {}
    for fold, task in case.cohort:
        if (task == source.task) is not same_task:
            continue
        cohort = [entry for entry in case.cohort[fold, task] if table.holds(entry)]
        rivals = [entry for entry, at in case.rivals if at == fold and table.holds(entry)]
        everyone = [entry for entry, at in case.honest if at == fold and entry.task == task]
        honest = [entry for entry in everyone if table.holds(entry)]
        copies = [entry for entry in case.copies if entry.task == task and table.holds(entry)]
        suspects = [*copies, *honest]
        if len(cohort) < _LEAST_COHORT or not suspects:
            continue
        rows = [source, *rivals]
        found = partial_similarity(
            table.of(rows, suspects),
            table.of(rows, cohort),
            table.of(suspects, cohort),
            table.of(cohort, cohort),
        )
        for column, entry in enumerate(suspects):
            value = float(found[0, column])
            if column < len(copies):
                rule = bool(value > found[1:, column].max()) if rivals else None
                known = beaten.get(entry.name, True)
                beaten[entry.name] = None if rule is None or known is None else rule and known
            rated.append(
                Rated(
                    source=source.name,
                    suspect=entry.name,
                    fold=fold,
                    similarity=value,
                    rule=None,
                )
            )
    for one in rated:
        # every reference has to be beaten, whichever half it is in
        rule = beaten.get(one.suspect)
        yield Rated(
            source=one.source,
            suspect=one.suspect,
            fold=one.fold,
            similarity=one.similarity,
            rule=rule,
        )


def _chosen(
    entries: Sequence[Entry], case: Case, table: SimilarityTable, *, same_task: bool
) -> list[Entry]:
    return [
        entry
        for entry in entries
        if (entry.task == case.source.task) is same_task and table.holds(entry)
    ]

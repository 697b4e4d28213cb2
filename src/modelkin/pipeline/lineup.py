"""All models of a compare rated against each other, from answers that are recorded anyway."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.alignment import align, reorder
from modelkin.answers.outliers import outlying_pairs
from modelkin.answers.partial import partial_to_first
from modelkin.pipeline.entering import Entered
from modelkin.pipeline.null import Reference
from modelkin.pipeline.rating import LEAST_ROWS, rows_for
from modelkin.protocols import Method
from modelkin.records import Chair, FloatArray, IntArray, Null, Responses, Suspicion, Swap

_MOST_ROWS_LOST = 0.1
_LEAST_FAMILIES = 3
_SOURCE, _SUSPECT, _FIRST = 0, 1, 2
_DIGITS = 9  # ties count against an accusation, so rounding must not break them


@dataclass(frozen=True, kw_only=True, eq=False)
class Lineup:
    """Source, suspect and the references that served, each rated against each.

    Attributes:
        similarities: (n + 2, n + 2); row a, column b: how similar b is to a. Source, suspect,
            then the references.
        names: of the references.
        families: of the references.
        queries: queries that all of them answered.
    """

    similarities: FloatArray
    names: tuple[str, ...]
    families: tuple[str, ...]
    queries: int


def line_up(
    method: Method, entered: Entered, references: Sequence[Reference], null: Null | None
) -> Lineup | None:
    """Rate everybody against everybody by the deciding method.

    Args:
        method: the deciding method.
        entered: the answers of the pair that are compared.
        references: the honest models.
        null: their similarities to the source; who is not in it could not serve.

    Returns:
        None where fewer than three families served, or the method asks queries crafted for the
        source, which would treat nobody else in its chair alike.
    """
    served = {score.reference for score in null.scores} if null else set()
    used = entered.source.index
    kept: list[tuple[Reference, Responses]] = []
    common: IntArray = used
    for reference in references:
        answers = reference.responses
        both = np.intersect1d(used, answers.index)
        # one that answered little must not cost all others their rows
        if answers.model in served and len(both) >= (1 - _MOST_ROWS_LOST) * len(used):
            kept.append((reference, _in_order(method, entered.whole, answers)))
            common = np.intersect1d(common, both)
    # who speaks for a family in a cohort is settled as when the null was built
    listed = [reference.family for reference, _ in kept]
    kept.sort(key=lambda one: (listed.index(one[0].family), one[0].responses.model_digest))
    families = tuple(reference.family for reference, _ in kept)
    few = len(set(families)) < _LEAST_FAMILIES or len(common) < LEAST_ROWS
    if few or method.crafter is not None:
        return None
    models = [entered.source, entered.suspect, *(answers for _, answers in kept)]
    rows = rows_for(method, entered.source.at(common))
    prints = [method.fingerprint_of(model.at(common).take(rows)).values for model in models]
    return Lineup(
        similarities=method.similarity.matrix(prints),
        names=tuple(reference.responses.model for reference, _ in kept),
        families=families,
        queries=len(rows),
    )


def swap_test(lineup: Lineup, alpha: float, *, cohort: bool = True) -> Swap:
    """Put each reference in the source's chair and judge the suspect against the others.

    Args:
        lineup: everybody rated against everybody.
        alpha: of the compare.
        cohort: take out what honest models share, as the compare did.
    """
    rated = np.round(lineup.similarities, _DIGITS)
    families = np.array(lineup.families)
    chairs, floors = [], []
    for i, name in enumerate(lineup.names):
        row = rated[_FIRST + i]
        rest = np.flatnonzero(families != families[i])
        nearest = rest[int(np.argmax(row[_FIRST + rest]))]
        others = np.r_[_SUSPECT, _FIRST + rest]
        scores = row[others]
        if cohort:
            chair = np.r_[_FIRST + i, others]
            names = ["", *(f"={family}" for family in families[rest])]
            scores = partial_to_first(lineup.similarities[np.ix_(chair, chair)], names)
        scores = np.round(scores, _DIGITS)
        # the most similar member of each family counts for it
        best = [scores[1:][families[rest] == one].max() for one in np.unique(families[rest])]
        reached = int(np.sum(np.array(best) >= scores[0]))
        floors.append(1 / (len(best) + 1))
        chairs.append(
            Chair(
                reference=name,
                family=str(families[i]),
                nearest=lineup.names[nearest],
                nearest_similarity=float(row[_FIRST + nearest]),
                suspect_similarity=float(row[_SUSPECT]),
                p_value=(1 + reached) / (len(best) + 1),
            )
        )
    return Swap(
        level=max(alpha, *floors),
        chairs=tuple(chairs),
        similarity=float(rated[_SOURCE, _SUSPECT]),
        queries=lineup.queries,
    )


def find_suspicions(lineup: Lineup) -> tuple[Suspicion, ...]:
    """References far nearer to the source, or to another family, than the rest."""
    rows = np.r_[_SOURCE, _FIRST + np.arange(len(lineup.names))]
    # the source belongs to no family of the references
    families = ["", *(f"/{family}" for family in lineup.families)]
    return tuple(
        Suspicion(
            reference=lineup.names[pair.second - 1],
            other=lineup.names[pair.first - 1] if pair.first else None,
            similarity=pair.similarity,
            next_similarity=pair.following,
            deviations=pair.deviations,
        )
        for pair in outlying_pairs(lineup.similarities[np.ix_(rows, rows)], families)
    )


def _in_order(method: Method, source: Responses, answers: Responses) -> Responses:
    """Classes in the source's order, as when the null was built."""
    if not method.fingerprint.aligned:
        return answers
    common = np.intersect1d(source.index, answers.index)
    return reorder(answers, align(source.at(common), answers.at(common)))

"""Whether a suspect's answers fit the queries that were chosen."""

import numpy as np

from modelkin.errors import IncompatibleError, NotReproducedError
from modelkin.pipeline.preparing import Prepared
from modelkin.records import OutputKind, Responses


def require_fitting(prepared: Prepared, source: Responses, suspect: Responses) -> None:
    """Refuse answers to other queries, and labels that cannot be the source's.

    Raises:
        NotReproducedError: an answer to a query that the selection does not choose.
        IncompatibleError: no classes, or another number of them.
    """
    foreign = np.setdiff1d(suspect.index, prepared.chosen)
    if len(foreign):
        raise NotReproducedError(
            f"'{suspect.model}' answered query {int(foreign[0])} of '{suspect.pool}', which the "
            "selection does not choose",
            hint="the answers are not those of this selection; do not rely on them",
        )
    if not suspect.kind.classifies:
        raise IncompatibleError(
            f"'{suspect.model}' gives numbers that are no classes; queries are chosen by labels",
            hint="leave out --select",
        )
    wide = OutputKind.LABELS not in {source.kind, suspect.kind}
    if wide and source.values.shape[1] != suspect.values.shape[1]:
        raise IncompatibleError(
            f"'{source.model}' has {source.values.shape[1]} outputs and '{suspect.model}' "
            f"{suspect.values.shape[1]}, so their labels cannot be compared",
            hint="leave out --select",
        )

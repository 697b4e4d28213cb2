"""Seeing less of a model than it shows."""

from dataclasses import replace

import numpy as np

from modelkin.errors import IncompatibleError
from modelkin.records import Access, OutputKind, Responses


def restrict(responses: Responses, access: Access) -> Responses:
    """Keep only what ``access`` allows to see.

    Top-k answers keep their scores but are marked, so that methods which need all scores refuse.

    Raises:
        IncompatibleError: the model shows less than that, or has no labels.
    """
    if not responses.access.covers(access):
        raise IncompatibleError(
            f"'{responses.model}' shows only {responses.access}, not {access}",
            hint=f"pass --access {responses.access}",
        )
    if access is Access.SCORES or responses.kind is OutputKind.LABELS:
        return replace(responses, access=access) if access is not Access.SCORES else responses
    if not responses.kind.classifies:
        raise IncompatibleError(
            f"'{responses.model}' answers with plain vectors, which have no labels",
            hint="pass --access scores",
        )
    if access is Access.TOP_K:
        return replace(responses, access=access)
    return replace(
        responses,
        values=np.asarray(responses.labels)[:, None],
        kind=OutputKind.LABELS,
        access=access,
        step=None,
    )

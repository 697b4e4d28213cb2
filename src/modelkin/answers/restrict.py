"""Seeing less of a model than it shows."""

from dataclasses import replace

import numpy as np

from modelkin.answers.scales import top_scores
from modelkin.errors import IncompatibleError
from modelkin.records import Access, OutputKind, Responses


def rounded(responses: Responses, decimals: int) -> Responses:
    """Scores as a service would show them, to so many places; the step becomes known."""
    if responses.kind is OutputKind.LABELS:
        return responses
    step = max(10.0**-decimals, responses.step or 0.0)
    return replace(
        responses, values=np.round(responses.values.astype(np.float64), decimals), step=step
    )


def restrict(responses: Responses, access: Access, *, top_k: int = 5) -> Responses:
    """Keep only what ``access`` allows to see.

    Top-k answers are marked, so that methods which need all scores refuse.

    Args:
        responses: the answers.
        access: what may be seen.
        top_k: how many scores, with top-k access.

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
        values = top_scores(responses.values.astype(np.float64), responses.kind, top_k)
        return replace(responses, values=values, access=access)
    return replace(
        responses,
        values=np.asarray(responses.labels)[:, None],
        kind=OutputKind.LABELS,
        access=access,
        step=None,
    )

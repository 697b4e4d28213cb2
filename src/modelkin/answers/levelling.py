"""One precision for all, when one model shows its scores rounded."""

from dataclasses import replace

import numpy as np

from modelkin.answers.scales import probabilities
from modelkin.records import Access, OutputKind, Responses

_MOST_DECIMALS = 5  # single precision holds no more
_WHOLE = 0.01  # of a step
_SCORED = (OutputKind.LOGITS, OutputKind.PROBABILITIES)


def shown_decimals(responses: Responses) -> int | None:
    """Decimals that a model rounds its probabilities to, or None where it does not.

    Rounding is seen, not believed: every entry of every answer must be a whole number of steps.

    >>> import numpy as np
    >>> from modelkin.records import Access, OutputKind, Responses
    >>> told = Responses(
    ...     model="a",
    ...     model_digest="",
    ...     pool="p",
    ...     pool_digest="",
    ...     parts=("p",) * 2,
    ...     asked=2,
    ...     values=np.array([[0.25, 0.75], [0.5, 0.5]]),
    ...     kind=OutputKind.PROBABILITIES,
    ...     access=Access.SCORES,
    ...     index=np.arange(2),
    ... )
    >>> shown_decimals(told)
    2
    """
    if responses.kind is not OutputKind.PROBABILITIES or responses.access is not Access.SCORES:
        return None
    values = responses.values.astype(np.float64)
    one_hot = bool(np.isin(values, (0.0, 1.0)).all())
    if one_hot:
        return None  # saturated, which other parts of a comparison deal with
    for decimals in range(1, _MOST_DECIMALS + 1):
        steps = values * 10**decimals
        if bool((np.abs(steps - np.round(steps)) <= _WHOLE).all()):
            return decimals
    return None


def levelled(responses: Responses, decimals: int) -> Responses:
    """What a model would have shown, had it rounded its probabilities like the other.

    Answers that hold no class scores are returned as they are.
    """
    if responses.kind not in _SCORED or responses.access is not Access.SCORES:
        return responses
    step = max(10.0**-decimals, responses.step or 0.0)
    return replace(
        responses,
        values=np.round(probabilities(responses), decimals),
        kind=OutputKind.PROBABILITIES,
        step=step,
    )

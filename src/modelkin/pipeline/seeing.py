"""No more of an answer than a compare was told to see."""

from dataclasses import replace

import numpy as np

from modelkin.answers.restrict import restrict, rounded
from modelkin.pipeline.options import CompareOptions
from modelkin.records import BoolArray, Collected, OutputKind, Responses


def seen(found: Collected, options: CompareOptions) -> Responses:
    """The answers, rounded and restricted as the options say."""
    return seen_responses(found.responses, options)


def seen_responses(responses: Responses, options: CompareOptions) -> Responses:
    """The same for bare answers."""
    if options.decimals is not None:
        responses = rounded(responses, options.decimals)
    if options.access is not None:
        responses = restrict(responses, options.access, top_k=options.top_k)
    return responses


def seen_again(responses: Responses, options: CompareOptions) -> Responses:
    """The same for second answers, where one that holds nothing must stay recognisable."""
    finite = np.isfinite(responses.values.astype(np.float64))
    usable: BoolArray = np.asarray(finite.all(axis=1), dtype=np.bool_)
    shown = seen_responses(responses.take(np.flatnonzero(usable)), options)
    if usable.all():
        return shown
    missing = -1 if shown.kind is OutputKind.LABELS else np.nan
    width = shown.values.shape[1]
    values = np.full((len(usable), width), missing, dtype=np.result_type(shown.values, np.float64))
    values[usable] = shown.values
    return replace(shown, values=values, index=responses.index, parts=responses.parts)

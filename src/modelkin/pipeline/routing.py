"""Which pool a pair is asked, before anything is known but how many numbers each side gives."""

import math

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.choosing import deciding_name, make_method
from modelkin.pipeline.loading import default_pool
from modelkin.pipeline.options import CompareOptions
from modelkin.records import Access, Modality, Signature


def pool_name_for(first: OpenedModel, second: OpenedModel, options: CompareOptions) -> str:
    """The pool that suits the method that will decide, so that it reads the whole budget.

    What the models themselves say settles it: once a query is asked it is paid for. Where they do
    not say how many outputs they have, or say equally many, their classes are taken to be the same.

    Args:
        first: the source.
        second: the suspect.
        options: of the compare.
    """
    modality = first.fed.modality
    if options.methods:
        name = options.methods[0]
    else:
        sides = first.signature, second.signature
        name = deciding_name(
            scores=all(shows_scores(side, options.access) for side in sides),
            different=differ(*map(n_outputs, sides)),
        )
    return suited_pool(name, modality)


def suited_pool(method: str, modality: Modality) -> str:
    """The pool that a method is best asked on.

    Args:
        method: registry name.
        modality: kind of question.
    """
    return make_method(method).pools.get(modality, default_pool(modality))


def differ(first: int | None, second: int | None) -> bool:
    """Whether two models tell different numbers of classes, as far as that is known.

    Args:
        first: outputs of one, None where unknown.
        second: of the other.
    """
    return first is not None and second is not None and first != second


def n_outputs(signature: Signature) -> int | None:
    """How many numbers the one output holds for a query, where the model says so."""
    if len(signature.outputs) != 1:
        return None  # which of several is the answer shows in the answers
    sizes = signature.outputs[0].shape[1:]
    known = [size for size in sizes if size is not None]
    return math.prod(known) if known and len(known) == len(sizes) else None


def shows_scores(signature: Signature, seen: Access | None) -> bool:
    """Whether scores will be seen of a model.

    Args:
        signature: what it shows.
        seen: what the compare is to see at most; None sees all.
    """
    return signature.access is Access.SCORES and seen in {None, Access.SCORES}

"""Kin of a flagged model among the references, which would hide its kin in the apps."""

from collections.abc import Sequence

from modelkin.apps.known import Known, family_of
from modelkin.apps.weights.likeness import likeness
from modelkin.apps.zoo_weights import zoo_weights
from modelkin.report.formatting import brief, listed
from modelkin.zoo.member import Member


def hidden_kin(known: Known, sources: Sequence[Member]) -> tuple[str, ...]:
    """Say which references share weights with what is flagged; it changes no verdict.

    Args:
        known: the zoo.
        sources: the flagged models.
    """
    sketches = zoo_weights(known) if sources else {}
    told = []
    for source in sources:
        own = sketches.get(source.name)
        near = [
            one.name
            for one in known.members
            if own is not None
            and one.name in sketches
            and family_of(one) != family_of(source)
            and (rated := likeness(own, sketches[one.name])) is not None
            and rated.telling
        ]
        if near:
            told.append(
                f"of the zoo, {listed(map(brief, near), most=4)} "
                f"{'shares' if len(near) == 1 else 'share'} weights with the flagged "
                f"'{brief(source.name)}' and were taken for strangers of it, which hides its kin: "
                "record all of them under one --family"
            )
    return tuple(told)

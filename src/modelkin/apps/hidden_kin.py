"""Kin of a flagged model among the references, which would hide its kin in the apps."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from modelkin.apps.flagging import Flagged
from modelkin.apps.known import Known, family_of
from modelkin.apps.scan_report import Kin
from modelkin.apps.weights.likeness import likeness
from modelkin.apps.zoo_weights import zoo_weights
from modelkin.records import Verdict
from modelkin.report.formatting import brief, listed
from modelkin.zoo.member import Member


def doubt_hidden_kin(
    flagged: Flagged, known: Known, sources: Sequence[Member]
) -> tuple[Flagged, tuple[str, ...]]:
    """Clear no model by a reference that shares weights with what is flagged.

    Such a reference may be kin itself, so that a model is as near to it says nothing. Weights
    only spoil a reference here: nobody is accused by them, and what another family clears
    stays cleared.

    Args:
        flagged: the verdicts.
        known: the zoo.
        sources: the flagged models.

    Returns:
        The verdicts, and which references share weights with what is flagged.
    """
    sketches = zoo_weights(known) if sources else {}
    told: list[str] = []
    hidden: dict[str, set[str]] = {}
    for source in sources:
        own = sketches.get(source.name)
        near = [
            one
            for one in known.members
            if own is not None
            and one.name in sketches
            and family_of(one) != family_of(source)
            and (rated := likeness(own, sketches[one.name])) is not None
            and rated.telling
        ]
        if near:
            hidden[source.name] = {family_of(one) for one in near}
            told.append(
                f"of the zoo, {listed([brief(one.name) for one in near], most=4)} "
                f"{'shares' if len(near) == 1 else 'share'} weights with the flagged "
                f"'{brief(source.name)}' and were taken for strangers of it, which hides its kin: "
                "record all of them under one --family"
            )
    kin = {name: tuple(_doubted(one, hidden) for one in rows) for name, rows in flagged.kin.items()}
    return replace(flagged, kin=kin), tuple(told)


def _doubted(kin: Kin, hidden: Mapping[str, set[str]]) -> Kin:
    if kin.verdict is not Verdict.NO_EVIDENCE or kin.rival not in hidden.get(kin.name, ()):
        return kin
    reason = f"{kin.reason}, which shares weights with the flagged model and may be kin itself"
    return replace(kin, verdict=Verdict.INCONCLUSIVE, reason=reason)

"""A zoo of models unlike the flagged one cannot accuse: they are no draws like it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from modelkin.apps.flagging import Flagged
from modelkin.apps.known import Known, family_of
from modelkin.apps.scan_options import ScanOptions
from modelkin.apps.scan_report import Kin
from modelkin.errors import ModelkinError
from modelkin.models.opened import open_model
from modelkin.records import Verdict
from modelkin.report.formatting import brief, counted
from modelkin.zoo.member import Member

_Input = tuple[object, ...]


def require_same_kind(
    flagged: Flagged, sources: Sequence[Member], known: Known, options: ScanOptions
) -> tuple[Flagged, tuple[str, ...]]:
    """Take back accusations where no honest family takes the inputs that the flagged model takes.

    ``modelkin bench scan`` measured how often those are false: in one scan of three. Where files
    are gone nothing is known and nothing is taken back.

    Args:
        flagged: the verdicts.
        sources: the flagged models.
        known: the zoo.
        options: of the scan.

    Returns:
        The verdicts, and how many families are of the flagged model's kind where not all are.
    """
    accused = {kin.name for rows in flagged.kin.values() for kin in rows if _accuses(kin)}
    told, unlike = [], set()
    for source in sources:
        own = _input(source, options) if source.name in accused else None
        if own is None:
            continue
        kinds: dict[str, set[_Input | None]] = {}
        for one in known.members:
            if one.group == source.group and family_of(one) != family_of(source):
                kinds.setdefault(family_of(one), set()).add(_input(one, options))
        alike = sum(own in held for held in kinds.values())
        certain = not any(None in held for held in kinds.values())
        if alike == 0 and certain:
            unlike.add(source.name)
        if alike < len(kinds):
            told.append(
                f"{alike} of {counted(len(kinds), 'honest family', 'honest families')} in the zoo "
                f"{'takes' if alike == 1 else 'take'} inputs like those of '{brief(source.name)}'; "
                "the fewer there are, the more easily an honest model of its kind is accused"
            )
    kin = {
        name: tuple(
            _taken_back(one) if one.name in unlike and _accuses(one) else one for one in rows
        )
        for name, rows in flagged.kin.items()
    }
    return replace(flagged, kin=kin), tuple(told)


def _accuses(kin: Kin) -> bool:
    return kin.verdict is Verdict.RELATED and kin.relation is None


def _taken_back(kin: Kin) -> Kin:
    if not _accuses(kin):
        return kin
    reason = (
        f"{kin.reason}; but no honest family in the zoo takes the inputs that the flagged model "
        "takes, so none is a draw like it"
    )
    return replace(kin, verdict=Verdict.INCONCLUSIVE, reason=reason)


def _input(member: Member, options: ScanOptions) -> _Input | None:
    """What a model takes: kind of question, size, and channels; None where that is not known."""
    if not Path(member.location).exists():
        return None
    try:
        opened = open_model(member.location, limits=options.limits, cache=options.cache)
        opened.close()
    except ModelkinError:
        return None
    fed = opened.preprocessing
    # one channel or three; their order says nothing of kinship
    return None if fed is None else (fed.modality, fed.shape, fed.channels == "GRAY")

"""How alike everything is: the scanned models and the zoo's on one sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.answers.alignment import align
from modelkin.pipeline.choosing import choose_methods, make_method
from modelkin.protocols import Method
from modelkin.records import Access, Failed, FloatArray, OutputKind, Responses, Skipped
from modelkin.zoo.group import Group
from modelkin.zoo.member import Member
from modelkin.zoo.planning import ON_GRADED, is_graded, plan
from modelkin.zoo.rating import rate_all

CANNOT_TELL = "cannot tell: it hardly answers to any part of these queries"


@dataclass(frozen=True, eq=False)
class ScanSheet:
    """Likeness by one method.

    Attributes:
        method: what rated it.
        scanned: models of the apps.
        zoo: models of the zoo.
        to_zoo: (scanned, zoo) likeness.
        within: (scanned, scanned) likeness.
        zoo_within: (zoo, zoo) likeness.
    """

    method: Method
    scanned: tuple[Member, ...]
    zoo: tuple[Member, ...]
    to_zoo: FloatArray
    within: FloatArray
    zoo_within: FloatArray


@dataclass(frozen=True, eq=False)
class Sheets:
    """All sheets of a group, and who is on none."""

    sheets: tuple[ScanSheet, ...]
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]


def deciding_method(source: Responses, suspect: Responses) -> str:
    """Name of the method that decides on a pair, fixed by what both show.

    The one place where scans choose. As ``compare`` chooses, but for graded noise: two apps with
    equally many classes hardly ever mean the same classes, so there only arrangements count.
    """
    graded = make_method(ON_GRADED)
    if all(_scores(side) and _meant_for(graded, side) for side in (source, suspect)):
        return graded.name
    methods, _ = choose_methods(source, suspect, align(source, suspect), ())
    return methods[0].name


def mute(member: Member, method: Method, answers: Responses) -> bool:
    """Whether a model hardly answers to the queries that a method works on."""
    parts = set(answers.parts)
    used = {part for part in parts if part.startswith(tuple(method.pool_parts))}
    return (used or parts) <= set(member.saturated)


def rate_group(
    group: Group,
    scanned: Sequence[Member],
    zoo: Sequence[Member],
    answers: Mapping[tuple[str, str], Responses],
) -> Sheets:
    """Rate everything that was asked one pool, by the methods that fit.

    Args:
        group: what was asked.
        scanned: models of the apps.
        zoo: models of the zoo.
        answers: by side (``app`` or ``zoo``) and name.
    """
    both = [(_renamed(one, "app"), ("app", one)) for one in scanned]
    both += [(_renamed(one, "zoo"), ("zoo", one)) for one in zoo]
    held = {new.name: answers[side, one.name] for new, (side, one) in both}
    side_of = {new.name: found for new, found in both}
    sheets, skipped, failed = [], [], []
    mutes: set[str] = set()
    wanted = ON_GRADED if is_graded(group.pool) else None
    for one in plan([new for new, _ in both], wanted, pool=group.pool):
        rated = rate_all(one, group, held)
        skipped += [row for row in rated.skipped if row.subject.startswith("app")]
        failed += [row for row in rated.failed if row.subject.startswith("app")]
        if rated.sheet is None:
            continue
        places = {"app": [], "zoo": []}  # type: ignore[var-annotated]
        for place, member in enumerate(rated.sheet.members):
            side, own = side_of[member.name]
            if mute(own, one.method, held[member.name]):
                mutes |= {own.name} if side == "app" else set()
            else:
                places[side].append(place)
        table = rated.sheet.similarities
        members = [side_of[member.name][1] for member in rated.sheet.members]
        apps, known = (np.array(places[side], dtype=np.int64) for side in ("app", "zoo"))
        sheets.append(
            ScanSheet(
                method=one.method,
                scanned=tuple(members[place] for place in apps),
                zoo=tuple(members[place] for place in known),
                to_zoo=table[np.ix_(apps, known)],
                within=table[np.ix_(apps, apps)],
                zoo_within=table[np.ix_(known, known)],
            )
        )
    placed = {one.name for sheet in sheets for one in sheet.scanned}
    names = {new.name: own.name for new, (_, own) in both}
    return Sheets(
        tuple(sheets),
        tuple(Skipped(subject=names[row.subject], reason=row.reason) for row in skipped)
        + tuple(Skipped(subject=name, reason=CANNOT_TELL) for name in sorted(mutes - placed)),
        tuple(
            Failed(subject=names[row.subject], error=row.error, reason=row.reason, hint=row.hint)
            for row in failed
        ),
    )


def _scores(side: Responses) -> bool:
    return side.access is Access.SCORES and side.kind is not OutputKind.LABELS


def _meant_for(method: Method, side: Responses) -> bool:
    return any(part.startswith(method.pool_parts) for part in side.parts)


def _renamed(member: Member, side: str) -> Member:
    """A name that no other model has, on either side."""
    return replace(member, name=f"{side}\0{member.name}")

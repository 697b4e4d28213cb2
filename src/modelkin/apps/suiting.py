"""Asking a zoo's models of pictures what shows kin in apps, where they were asked other things."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelkin.apps.known import Known, families_of
from modelkin.apps.scan_options import DEFAULT_POOL, ScanOptions
from modelkin.decision.conformal import families_needed
from modelkin.errors import ModelkinError, PoolError
from modelkin.models.endpoints.address import is_url
from modelkin.pipeline.progress import Progress
from modelkin.queries.naming import parse_pool_name
from modelkin.records import Failed, Modality, Responses
from modelkin.report.formatting import counted
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.adding import add_models
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.manifest import Manifest
from modelkin.zoo.member import Member
from modelkin.zoo.opening import open_all, picture_shape
from modelkin.zoo.tally import Tally


@dataclass(frozen=True)
class Unsuited:
    """Models of pictures in a zoo that were asked other queries than a scan's.

    Attributes:
        groups: what they were asked.
        members: those that can be asked again.
        lost: those that cannot.
    """

    groups: tuple[Group, ...] = ()
    members: tuple[Member, ...] = ()
    lost: tuple[Member, ...] = ()


@dataclass(frozen=True, eq=False)
class Suited:
    """A zoo after some of its models were asked again.

    Attributes:
        known: the zoo.
        asked: queries put to its models now.
        warnings: what a reader must know.
        failed: models that could not be asked again, and take no part.
    """

    known: Known
    asked: int
    warnings: tuple[str, ...]
    failed: tuple[Failed, ...] = ()

    def now(self, members: Sequence[Member]) -> tuple[Member, ...]:
        """The same models as they are recorded now."""
        held = {one.name: one for one in self.known.members}
        return tuple(held[one.name] for one in members if one.name in held)


def unsuited(known: Known, sources: Sequence[Member], options: ScanOptions) -> Unsuited:
    """Which models a scan has to ask again; none where that would lose what it looks for.

    Args:
        known: the zoo.
        sources: the flagged models.
        options: of the scan; its pool is what should have been asked.
    """
    groups = tuple(
        one for one in known.groups if one.modality is Modality.IMAGE and not _fits(one, options)
    )
    names = {one.name for one in groups}
    members = [one for one in known.members if one.group in names]
    able = tuple(one for one in members if not is_url(one.location) and Path(one.location).exists())
    lost = tuple(one for one in members if one not in able)
    looked_for = any(one in lost for one in sources)
    needed = families_needed(options.alpha)
    too_few = len(set(families_of(able))) < needed <= len(set(families_of(members)))
    return Unsuited() if not able or looked_for or too_few else Unsuited(groups, able, lost)


def shape_of(zoo: Unsuited, options: ScanOptions, progress: Progress) -> tuple[int, ...] | None:
    """How large pictures must be for the zoo's models; see ``picture_shape``."""
    if not zoo.members:
        return None
    places = {one.location: one.name for one in zoo.members}
    opened = open_all(places, _adding(options), Tally(), progress)
    return picture_shape(opened, Manifest(), options.picture_pool)


def suit(
    known: Known,
    zoo: Unsuited,
    groups: Sequence[Group],
    folder: Path,
    options: ScanOptions,
    progress: Progress,
) -> Suited:
    """Ask the models again; answers in the cache are not asked for.

    Args:
        known: the zoo.
        zoo: which of its models.
        groups: what the scanned models were asked.
        folder: private to this scan.
        options: of the scan.
        progress: told how far the asking is.
    """
    pictures = [one for one in groups if one.modality is Modality.IMAGE]
    if not zoo.members or not pictures:
        return Suited(known, 0, _kept(known, options) if pictures else ())
    own = ZooFolder(folder)
    own.change(lambda _: Manifest(groups=tuple(groups)))
    held = {one.location: one for one in zoo.members}
    asked, failed = 0, {}
    try:
        done = add_models(own, list(held), _adding(options), progress)
        asked, failed = done.asked, {one.subject: one.reason for one in done.failed}
    except ModelkinError as error:  # one and the same reason stopped them all
        failed = {one.name: str(error) for one in zoo.members}
    manifest = own.read()
    members: list[Member] = []
    answers: dict[str, Responses] = {}
    for found in manifest.members:
        old = held[found.location]
        if old.file_digest != found.file_digest:
            continue
        kept = replace(found, name=old.name, family=old.family, parent=old.parent, null=old.null)
        members.append(kept)
        answers[old.name] = replace(own.answers(found, manifest.group(found.group)), model=old.name)
    names = {one.name for one in zoo.groups}
    others = [one for one in known.members if one.group not in names]
    now = replace(
        known,
        groups=manifest.groups,
        members=tuple(sorted((*others, *members), key=lambda one: one.name)),
        answers={**{one.name: known.answers_of(one.name) for one in others}, **answers},
    )
    lost = [one for one in (*zoo.members, *zoo.lost) if one.name not in answers]
    return Suited(
        now,
        asked,
        (_asked_again(zoo, pictures[0], len(members)),),
        tuple(_lost(one, failed.get(one.name, "")) for one in lost),
    )


def _asked_again(zoo: Unsuited, asked: Group, now: int) -> str:
    return (
        f"{counted(now, 'model')} of the zoo answered {zoo.groups[0].pool}; {asked.pool} shows "
        "more of kin in apps, so that was put to them for this scan (--pool keeps to another)"
    )


def _lost(member: Member, reason: str) -> Failed:
    return Failed(
        subject=f"zoo model {member.name}",
        error="ModelNotFoundError",
        reason=reason or f"'{member.location}' is gone or changed, so it could not be asked again",
        hint="put the file back, or record it again: modelkin fingerprint MODEL --zoo DIR",
    )


def _kept(known: Known, options: ScanOptions) -> tuple[str, ...]:
    """That the zoo's own queries were kept although others would show more; and what to run."""
    kept = [
        one for one in known.groups if one.modality is Modality.IMAGE and not _fits(one, options)
    ]
    if not kept:
        return ()
    warning = (
        f"pictures were asked {kept[0].pool} as the zoo was, since models of the zoo are not where "
        f"they were recorded from; {DEFAULT_POOL} shows kin under other heads, which this hides: "
        f"modelkin fingerprint MODEL... --zoo NEW_ZOO --pool {DEFAULT_POOL} --queries 900"
    )
    return (warning,)


def _fits(group: Group, options: ScanOptions) -> bool:
    try:
        wanted, held = parse_pool_name(options.picture_pool), parse_pool_name(group.pool)
    except PoolError:  # a folder or a table
        return options.picture_pool in {group.spec, group.pool}
    seed = options.seed if wanted.seed is None else wanted.seed
    return wanted.recipe == held.recipe and (
        (options.queries is None or options.queries == group.n)
        and (seed is None or seed == group.seed)
    )


def _adding(options: ScanOptions) -> AddOptions:
    return AddOptions(cache=options.cache, picture_pool=options.picture_pool, limits=options.limits)

"""Asking the models of apps what the models of the zoo were asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from modelkin.apps.scan_options import ScanOptions
from modelkin.errors import ConstantAnswersError, ModelkinError
from modelkin.pipeline.null import failure
from modelkin.pipeline.progress import Progress
from modelkin.records import Failed, Responses, Skipped
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.adding import add_models
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.manifest import Manifest
from modelkin.zoo.member import Member
from modelkin.zoo.opening import locations as place_names

CANNOT_TELL = "cannot tell: it gave one and the same answer to every query"


@dataclass(frozen=True, eq=False)
class Answered:
    """What models answered.

    Attributes:
        groups: what was asked, the zoo's first.
        members: of the models that answered, named as in the scan, by that name.
        answers: by the same name.
        asked: queries put to models now.
        failed: a row for each of the others, but for
        mute: those whose answers tell nothing.
    """

    groups: tuple[Group, ...]
    members: dict[str, Member]
    answers: dict[str, Responses]
    asked: int
    failed: tuple[Failed, ...]
    mute: tuple[Skipped, ...] = ()


def ask_models(
    locations: Mapping[str, Path],
    groups: tuple[Group, ...],
    folder: Path,
    options: ScanOptions,
    progress: Progress,
    override: Path | None = None,
    *,
    least: tuple[int, ...] | None = None,
) -> Answered:
    """Put the zoo's pools to models; answers in the cache are not asked for again.

    Args:
        locations: name to the laid-out model.
        groups: what the zoo's models were asked.
        folder: private; a zoo of this scan alone is made in it.
        options: of the scan.
        progress: told how far the asking is.
        override: JSON that states how all of them are fed.
        least: pictures of a new pool are at least this large.
    """
    own = ZooFolder(folder)
    own.change(lambda _: Manifest(groups=groups))
    adding = AddOptions(
        cache=options.cache,
        picture_pool=options.picture_pool,
        queries=None if groups else options.queries,
        seed=None if groups else options.seed,
        limits=options.limits,
        override=override,
        least_picture=least,
    )
    called = {str(path): name for name, path in locations.items()}
    asked, failed = 0, []
    try:
        rows: tuple[Failed | Skipped, ...] = ()
        if called:
            done = add_models(own, list(called), adding, progress)
            asked, rows = done.asked, (*done.failed, *done.skipped)
        short = {one: called[path] for path, one in place_names(list(called)).items()}
        failed = [_told(one, short[one.subject], locations) for one in rows]
    except ModelkinError as error:  # one and the same reason stopped them all
        failed = [_told(failure(name, error), name, locations) for name in locations]
    manifest = own.read()
    names = {str(Path(path).resolve()): name for path, name in called.items()}
    members, answers = {}, {}
    for member in manifest.members:
        name = names[member.location]
        members[name] = replace(member, name=name, family=None, parent=None)
        group = manifest.group(member.group)
        answers[name] = replace(own.answers(member, group), model=name)
    mute = [one for one in failed if one.error == ConstantAnswersError.__name__]
    return Answered(
        groups=manifest.groups,
        members=members,
        answers=answers,
        asked=asked,
        failed=tuple(one for one in failed if one not in mute),
        mute=tuple(Skipped(subject=one.subject, reason=CANNOT_TELL) for one in mute),
    )


def _told(row: Failed | Skipped, name: str, locations: Mapping[str, Path]) -> Failed:
    """The row of a model under its name in the scan; where it was laid out means nothing."""
    reason = row.reason
    for other, path in locations.items():
        reason = reason.replace(str(path), other).replace(str(path.parent), other)
    if isinstance(row, Skipped):
        return Failed(subject=name, error="Skipped", reason=reason, hint="nothing can run it")
    return Failed(subject=name, error=row.error, reason=reason, hint=row.hint)

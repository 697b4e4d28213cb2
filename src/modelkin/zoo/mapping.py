"""From recorded answers to maps: all pairs, then layout, tree and clusters."""

from dataclasses import replace

from modelkin.errors import ModelkinError
from modelkin.models.extras import require
from modelkin.pipeline.null import failure
from modelkin.pipeline.progress import Progress
from modelkin.queries.naming import shape_text
from modelkin.records import Failed, Modality, OutputKind, Responses, Skipped
from modelkin.report.formatting import counted
from modelkin.zoo.clusters import cut, require_cut
from modelkin.zoo.folder import ZooFolder
from modelkin.zoo.group import Group
from modelkin.zoo.layout import EXTRA, lay_out
from modelkin.zoo.planning import plan, usable_method
from modelkin.zoo.rating import rate_all
from modelkin.zoo.sheet import Sheet
from modelkin.zoo.sheet_map import SheetMap
from modelkin.zoo.tree import grow
from modelkin.zoo.zoo_map import ZooMap, ZooSheets


def make_sheets(folder: ZooFolder, method: str | None, progress: Progress) -> ZooSheets:
    """Rate all pairs of a zoo that can be compared, from recorded answers alone.

    Args:
        folder: the zoo.
        method: name; None takes the one that fits.
        progress: told how far the reading is.

    Raises:
        UsageError: the folder is no zoo, or the method asks queries of its own.
        UnknownNameError: there is no such method.
    """
    if method is not None:
        usable_method(method)
    manifest = folder.read()
    failed: list[Failed] = []
    skipped: list[Skipped] = []
    sheets: list[Sheet] = []
    with progress.task("reading answers", len(manifest.members)) as advance:
        for group in manifest.groups:
            answers: dict[str, Responses] = {}
            for member in manifest.members_of(group):
                try:
                    answers[member.name] = folder.answers(member, group)
                except ModelkinError as error:
                    failed.append(failure(member.name, error))
                advance(1)
            members = [one for one in manifest.members_of(group) if one.name in answers]
            for one in plan(members, method, pool=group.pool):
                rated = rate_all(one, group, answers)
                skipped += rated.skipped
                failed += rated.failed
                if rated.sheet is not None:
                    sheets.append(_named(rated.sheet, sheets))
    placed = {one.name for sheet in sheets for one in sheet.members}
    told = {*(one.subject for one in skipped), *(one.subject for one in failed)}
    alone = [one for one in manifest.members if one.name not in placed | told]
    skipped += [
        Skipped(
            subject=one.name,
            reason="no other model of its group has its label set, or it is unknown to which of "
            "the label sets its bare labels belong"
            if one.kind is OutputKind.LABELS
            else "no other model of its group can be compared with it",
        )
        for one in alone
    ]
    return ZooSheets(
        zoo=folder.path.resolve().name,
        models=len(manifest.members),
        sheets=tuple(sheets),
        notes=_split(manifest.groups),
        skipped=tuple(skipped),
        failed=tuple(failed),
    )


def draw_maps(
    sheets: ZooSheets, *, count: int | None = None, height: float | None = None
) -> ZooMap:
    """Lay out every sheet, grow its tree and cut it.

    Args:
        sheets: what ``make_sheets`` found.
        count: wanted number of clusters.
        height: distance at which to cut the trees.

    Raises:
        MissingDependencyError: the extra ``map`` is not installed.
        UsageError: the cut makes no sense.
    """
    require_drawing(count, height)
    # one thread: the same numbers whatever the machine, and no waiting for a busy second core
    with require("threadpoolctl", EXTRA, what="a map").threadpool_limits(1):
        drawn = [_drawn(sheet, count, height) for sheet in sheets.sheets]
    return ZooMap(
        zoo=sheets.zoo,
        models=sheets.models,
        sheets=tuple(drawn),
        notes=sheets.notes,
        skipped=sheets.skipped,
        failed=sheets.failed,
    )


def _drawn(sheet: Sheet, count: int | None, height: float | None) -> SheetMap:
    distances = sheet.distances
    tree = grow(distances)
    clusters = cut(tree, distances, count=count, height=height)
    return SheetMap(sheet=sheet, layout=lay_out(distances), tree=tree, clusters=clusters)


def require_drawing(count: int | None = None, height: float | None = None) -> None:
    """Refuse to begin what cannot be drawn in the end.

    Raises:
        MissingDependencyError: the extra ``map`` is not installed.
        UsageError: the cut makes no sense.
    """
    require_cut(count, height)
    require("scipy", EXTRA, what="a map")
    require("sklearn", EXTRA, what="a map")


def question(group: Group) -> str:
    """What a group is asked, in words."""
    if group.modality is Modality.IMAGE:
        return f"pictures of {shape_text(group.shape)}"
    what = "rows" if group.modality is Modality.VECTOR else "latents"
    return f"{what} of {counted(group.shape[0], 'number')}"


def _named(sheet: Sheet, before: list[Sheet]) -> Sheet:
    taken = {one.name for one in before}
    names = [sheet.name, *(f"{sheet.name}-{place}" for place in range(2, len(taken) + 3))]
    return replace(sheet, name=next(name for name in names if name not in taken))


def _split(groups: tuple[Group, ...]) -> tuple[str, ...]:
    if len(groups) < 2:  # noqa: PLR2004 (one group is no split)
        return ()
    kinds = "; ".join(f"{group.name}: {question(group)}, {group.pool}" for group in groups)
    note = (
        f"the models take {len(groups)} kinds of question ({kinds}); each kind has maps of its "
        "own, and nothing is said about models of different kinds"
    )
    return (note,)

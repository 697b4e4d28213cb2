"""What adding and mapping came to, for a terminal."""

from collections.abc import Iterator, Sequence

import numpy as np

from modelkin.records import Failed, Skipped
from modelkin.report.formatting import brief, counted, listed, number, plain, sentence
from modelkin.zoo.added import Added
from modelkin.zoo.mapping import question
from modelkin.zoo.sheet_map import SheetMap
from modelkin.zoo.zoo_map import ZooMap

_SHOWN = 4
_PAIRS = 3


def added_text(added: Added, zoo: str) -> str:
    """Say what was recorded; names are made harmless."""
    head = (
        f"{counted(len(added.recorded), 'model')} recorded into {plain(zoo)}, "
        f"{len(added.known)} recorded before"
    )
    asked = f"{counted(added.asked, 'query', 'queries')} asked now"
    lines = [
        head,
        asked,
        *(f"{one.name}: {question(one)}, all asked {one.pool}" for one in added.groups),
    ]
    if added.changed:
        changed = listed(map(brief, added.changed))
        lines.append(f"changed since they were recorded, so asked again: {changed}")
    lines += [f"note: {sentence(one)}" for one in added.notes]
    return "\n".join([*lines, *_outcomes(added.skipped, added.failed)])


def map_text(found: ZooMap) -> str:
    """Say what the maps show; names are made harmless."""
    lines = [sentence(note) for note in found.notes]
    for sheet in found.sheets:
        lines += ["", *_sheet_lines(sheet)] if lines else _sheet_lines(sheet)
    if not found.sheets:
        lines.append(
            f"nothing to map: {plain(found.zoo)} holds {counted(found.models, 'model')}, "
            "and no two can be compared"
        )
    return "\n".join([*lines, *_outcomes(found.skipped, found.failed)])


def stress_sentence(found: SheetMap) -> str:
    """What the stress of a map is and means."""
    layout = found.layout
    return (
        f"stress {layout.stress:.2f} ({layout.word}; {layout.start_stress:.2f} by classical "
        "scaling alone)"
    )


def _sheet_lines(found: SheetMap) -> list[str]:
    sheet = found.sheet
    head = (
        f"{sheet.name}: {counted(len(sheet.members), 'model')} by {sheet.method.name}, "
        f"{counted(sheet.queries, 'query', 'queries')} of {plain(sheet.group.pool)}"
    )
    return [
        head,
        sheet.why,
        *(sentence(note) for note in sheet.notes),
        f"map       {stress_sentence(found)}",
        f"clusters  {found.clusters.count}: {found.clusters.rule}",
        *_cluster_lines(found),
        "closest   " + "\n          ".join(_closest(found)),
    ]


def _cluster_lines(found: SheetMap) -> Iterator[str]:
    for cluster in range(1, min(found.clusters.count, 2 * _SHOWN) + 1):
        places = np.flatnonzero(found.clusters.of == cluster)
        names = [brief(found.sheet.members[place].name, 40) for place in places]
        yield f"  {cluster:>3}     {counted(len(names), 'model')}: {listed(names, most=_SHOWN)}"
    if found.clusters.count > 2 * _SHOWN:
        yield f"          and {found.clusters.count - 2 * _SHOWN} smaller ones"


def _closest(found: SheetMap) -> list[str]:
    sheet = found.sheet
    rows, columns = np.triu_indices(len(sheet.members), k=1)
    order = np.argsort(-sheet.similarities[rows, columns], kind="stable")[:_PAIRS]
    return [
        f"{brief(sheet.members[rows[place]].name, 40)} and "
        f"{brief(sheet.members[columns[place]].name, 40)}: "
        f"{number(float(sheet.similarities[rows[place], columns[place]]))}"
        for place in order
    ]


def _outcomes(skipped: Sequence[Skipped], failed: Sequence[Failed]) -> list[str]:
    lines = [f"failed: {brief(one.subject)}: {sentence(one.reason)}" for one in failed]
    return lines + [f"skipped: {brief(one.subject)}: {sentence(one.reason)}" for one in skipped]

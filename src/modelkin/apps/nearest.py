"""Each model's nearest kin, in the zoo and among the other models of the scan."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.answers.multiplicity import benjamini_hochberg
from modelkin.apps.coinciding import same_answers
from modelkin.apps.concluding import conclude
from modelkin.apps.known import families_of, null_of
from modelkin.apps.nearness import (
    Strangers,
    apps_p_value,
    by_family,
    strangers,
    zoo_p_value,
)
from modelkin.apps.scan_report import Kin
from modelkin.apps.sheets import ScanSheet
from modelkin.records import Responses, Verdict
from modelkin.report.formatting import counted

Answers = Mapping[tuple[str, str], Responses]
_ACROSS = 2  # a null by the nearest needs twice as many families


@dataclass(frozen=True)
class Nearest:
    """What became of the models of a scan, by name."""

    zoo: dict[str, Kin]
    app: dict[str, Kin]


@dataclass(frozen=True, eq=False)
class _Test:
    """One comparison before many are taken into account."""

    kin: Kin
    same: str | None
    ranks: int


def find_nearest(sheets: Sequence[ScanSheet], answers: Answers, alpha: float) -> Nearest:
    """Judge every model's nearest kin in the zoo, and in the apps.

    Args:
        sheets: of all groups.
        answers: by side (``app`` or ``zoo``) and name.
        alpha: bound on the share of false ones among the models called related, for the zoo and
            for the apps each (Benjamini and Hochberg 1995; p-values that share a null of honest
            models allow it: Bates et al., Annals of Statistics 51, 2023).
    """
    chosen = _chosen(sheets, alpha)
    known = {id(sheet): strangers(sheet.zoo_within, families_of(sheet.zoo)) for sheet in sheets}
    in_zoo, in_apps = {}, {}
    for name, (sheet, place) in chosen.items():
        if len(sheet.zoo):
            in_zoo[name] = _to_zoo(sheet, place, known[id(sheet)], answers)
    for sheet, places in _by_sheet(chosen):
        for place in places:
            if len(places) > 1:
                name = sheet.scanned[place].name
                in_apps[name] = _to_apps(sheet, place, places, known[id(sheet)], answers)
    return Nearest(_adjusted(in_zoo, alpha), _adjusted(in_apps, alpha))


def _chosen(sheets: Sequence[ScanSheet], alpha: float) -> dict[str, tuple[ScanSheet, int]]:
    """The sheet that decides on each model: by equal classes where enough families have them."""
    needed = _ACROSS / alpha - 1
    found: dict[str, tuple[ScanSheet, int]] = {}
    rank: dict[str, tuple[bool, int]] = {}
    for order, sheet in enumerate(sheets):
        families = len(set(families_of(sheet.zoo)))
        for place, member in enumerate(sheet.scanned):
            mine = (families >= needed, families if families < needed else -order)
            if member.name not in rank or mine > rank[member.name]:
                rank[member.name], found[member.name] = mine, (sheet, place)
    return found


def _by_sheet(
    chosen: Mapping[str, tuple[ScanSheet, int]],
) -> list[tuple[ScanSheet, list[int]]]:
    held: dict[int, tuple[ScanSheet, list[int]]] = {}
    for sheet, place in chosen.values():
        held.setdefault(id(sheet), (sheet, []))[1].append(place)
    return [(sheet, sorted(places)) for sheet, places in held.values()]


def _to_zoo(sheet: ScanSheet, place: int, known: Strangers, answers: Answers) -> _Test:
    row = sheet.to_zoo[place]
    other = sheet.zoo[int(row.argmax())]
    kin = _kin(
        sheet,
        other.name,
        where="zoo",
        family=other.family or "",
        similarity=float(row.max()),
        p_value=zoo_p_value(row, known),
        floor=_ACROSS / (known.families + 1),
        families=known.families,
    )
    name = sheet.scanned[place].name
    return _Test(kin, same_answers(answers["app", name], answers["zoo", other.name]), _ACROSS)


def _to_apps(
    sheet: ScanSheet, place: int, places: Sequence[int], known: Strangers, answers: Answers
) -> _Test:
    """Whether a model has kin among the other models of the scan, and which is the nearest."""
    others = [one for one in places if one != place]
    row = sheet.within[place, others]
    zoo = np.stack([by_family(sheet.to_zoo[one], known.codes, known.families) for one in others])
    near, p_value = int(row.argmax()), None
    if known.families:
        p_value = apps_p_value(row, zoo.T)
    other = sheet.scanned[others[near]]
    kin = _kin(
        sheet,
        other.name,
        where="app",
        family="",
        similarity=float(row[near]),
        p_value=p_value,
        floor=1 / (known.families + 1) if known.families else None,
        families=known.families,
    )
    own = sheet.scanned[place].name
    return _Test(kin, same_answers(answers["app", own], answers["app", other.name]), 1)


def _kin(
    sheet: ScanSheet,
    name: str,
    *,
    where: str,
    family: str,
    similarity: float,
    p_value: float | None,
    floor: float | None,
    families: int,
) -> Kin:
    return Kin(
        name=name,
        where=where,
        family=family,
        method=sheet.method.name,
        similarity=similarity,
        p_value=p_value,
        p_adjusted=None,
        families=families,
        floor=floor,
        tests=1,
        null=null_of(sheet.zoo),
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="",
    )


def _adjusted(tests: Mapping[str, _Test], alpha: float) -> dict[str, Kin]:
    names = [name for name in tests if tests[name].kin.p_value is not None]
    values = [tests[name].kin.p_value or 1.0 for name in names]
    adjusted = dict(zip(names, benjamini_hochberg(values), strict=True))
    found = {}
    for name, test in tests.items():
        kin = test.kin
        if name in adjusted:
            as_low = sum(value <= (kin.p_value or 1.0) for value in values)
            kin = replace(
                kin,
                p_adjusted=adjusted[name],
                tests=len(names),
                shared=f"after Benjamini-Hochberg over {counted(len(names), 'model')}",
                needed=math.ceil(round(test.ranks * len(names) / (alpha * as_low), 9)) - 1,
            )
        found[name] = conclude(kin, test.same, alpha)
    return found

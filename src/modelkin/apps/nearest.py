"""Each model's nearest kin, in the zoo and among the other models of the scan."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from modelkin.answers.coincidence import coincidence
from modelkin.answers.multiplicity import holm
from modelkin.apps.concluding import conclude
from modelkin.apps.known import families_of
from modelkin.apps.nearness import Strangers, pair_p_value, strangers, zoo_p_value
from modelkin.apps.scan_report import Kin
from modelkin.apps.sheets import ScanSheet
from modelkin.pipeline.entering import enter
from modelkin.records import Responses, Verdict

_Key = TypeVar("_Key", bound=Hashable)
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


def find_nearest(sheets: Sequence[ScanSheet], answers: Answers, alpha: float) -> Nearest:
    """Judge every model's nearest kin; alpha holds for all models of a question together.

    Args:
        sheets: of all groups.
        answers: by side (``app`` or ``zoo``) and name.
        alpha: bound on false accusations, for the zoo and for the apps each.
    """
    chosen = _chosen(sheets, alpha)
    known = {id(sheet): _strangers(sheet) for sheet in sheets}
    in_zoo = {
        name: _to_zoo(sheet, place, known[id(sheet)], answers)
        for name, (sheet, place) in chosen.items()
        if len(sheet.zoo)
    }
    zoo = _adjusted(in_zoo, len(in_zoo), alpha)
    return Nearest(zoo, _among(chosen, known, answers, alpha))


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


def _strangers(sheet: ScanSheet) -> Strangers:
    return strangers(sheet.zoo_within, families_of(sheet.zoo))


def _to_zoo(sheet: ScanSheet, place: int, known: Strangers, answers: Answers) -> _Test:
    row = sheet.to_zoo[place]
    other = sheet.zoo[int(row.argmax())]
    name = sheet.scanned[place].name
    kin = Kin(
        name=other.name,
        where="zoo",
        family=other.family or "",
        method=sheet.method.name,
        similarity=float(row.max()),
        p_value=zoo_p_value(row, known),
        p_adjusted=None,
        families=known.families,
        floor=2 / (known.families + 1),
        tests=1,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="",
    )
    return _Test(kin, same_answers(answers["app", name], answers["zoo", other.name]))


def _among(
    chosen: Mapping[str, tuple[ScanSheet, int]],
    known: Mapping[int, Strangers],
    answers: Answers,
    alpha: float,
) -> dict[str, Kin]:
    """Every pair is a test; of each model the nearest is told."""
    tests: dict[tuple[str, str], _Test] = {}
    for sheet, places in _by_sheet(chosen):
        strange = known[id(sheet)]
        for position, a in enumerate(places):
            for b in places[position + 1 :]:
                pair = (sheet.scanned[a].name, sheet.scanned[b].name)
                tests[pair] = _pair(sheet, a, b, strange)
    nearest: dict[str, tuple[str, str]] = {}
    for pair, test in tests.items():
        for name in pair:
            best = nearest.get(name)
            if best is None or (test.kin.similarity or 0) > (tests[best].kin.similarity or 0):
                nearest[name] = pair
    checked = {
        pair: replace(
            tests[pair], same=same_answers(answers["app", pair[0]], answers["app", pair[1]])
        )
        for pair in set(nearest.values())
    }
    judged = _adjusted({**tests, **checked}, len(tests), alpha)
    found = {}
    for name, pair in nearest.items():
        other = pair[1] if pair[0] == name else pair[0]
        found[name] = replace(judged[pair], name=other)
    return found


def _by_sheet(
    chosen: Mapping[str, tuple[ScanSheet, int]],
) -> list[tuple[ScanSheet, list[int]]]:
    held: dict[int, tuple[ScanSheet, list[int]]] = {}
    for sheet, place in chosen.values():
        held.setdefault(id(sheet), (sheet, []))[1].append(place)
    return [(sheet, sorted(places)) for sheet, places in held.values()]


def _pair(sheet: ScanSheet, a: int, b: int, known: Strangers) -> _Test:
    value = float(sheet.within[a, b])
    judged = known.families > 0
    kin = Kin(
        name="",
        where="app",
        family="",
        method=sheet.method.name,
        similarity=value,
        p_value=pair_p_value(value, sheet.to_zoo[a], sheet.to_zoo[b], known) if judged else None,
        p_adjusted=None,
        families=known.families,
        floor=2 / (known.families + 2) if judged else None,
        tests=1,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="",
    )
    return _Test(kin, None)


def _adjusted(tests: Mapping[_Key, _Test], count: int, alpha: float) -> dict[_Key, Kin]:
    keys = list(tests)
    values = [tests[key].kin.p_value for key in keys]
    adjusted = holm([1.0 if value is None else value for value in values])
    return {
        key: conclude(
            replace(tests[key].kin, p_adjusted=None if value is None else after, tests=count),
            tests[key].same,
            alpha,
        )
        for key, value, after in zip(keys, values, adjusted, strict=True)
    }


def same_answers(a: Responses, b: Responses) -> str | None:
    """In what sense all answers of two models coincide, or None."""
    entered = enter(a, b)
    if entered.saturated or entered.alignment.label_sets == "different":
        return None
    if not np.array_equal(entered.source.index, entered.suspect.index):
        return None
    return coincidence(entered.source, entered.suspect)

"""Is one of the models of a scan related to a model that is looked for?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from modelkin.apps.concluding import conclude
from modelkin.apps.flag_table import Asked, FlagTable, flag_tables
from modelkin.apps.known import Known, family_of
from modelkin.apps.scan_report import Kin
from modelkin.apps.simultaneous import alone, standing, together
from modelkin.decision.conformal import families_needed
from modelkin.records import Failed, Verdict
from modelkin.report.formatting import counted
from modelkin.zoo.member import Member


@dataclass(frozen=True)
class Flagged:
    """What became of the flags.

    Attributes:
        kin: by model, one entry a flagged model that it could be compared with.
        failed: flagged models that could be compared with nothing.
    """

    kin: dict[str, tuple[Kin, ...]]
    failed: tuple[Failed, ...]


def judge_flags(
    questions: Sequence[Sequence[Member]],
    known: Known,
    asked: Mapping[str, Asked],
    alpha: float,
) -> Flagged:
    """Judge every scanned model against every flagged one; the rest of the zoo are references.

    A flag is one question: which of the scanned models are related to it? Alpha bounds the chance
    of any false answer to it, however many models there are: see ``simultaneous``. Where a flag
    names a family of several models, they share alpha.

    Args:
        questions: for each flag, the models of the zoo that it names.
        known: the zoo.
        asked: by name of the flagged model.
        alpha: bound on false accusations, for each flag.
    """
    found: dict[str, dict[str, Kin]] = {}
    failed: list[Failed] = []
    for sources in questions:
        for source in sources:
            rows = _judged(source, known, asked[source.name], len(sources), alpha)
            if rows is None:
                failed.append(_mute(source))
                continue
            for model, kin in rows.items():
                held = found.setdefault(model, {})
                before = held.get(source.name)
                # a model that two flags name is told by the stricter of both
                if before is None or (kin.p_adjusted or 0) > (before.p_adjusted or 0):
                    held[source.name] = kin
    return Flagged({name: tuple(held.values()) for name, held in found.items()}, tuple(failed))


def _judged(
    source: Member, known: Known, asked: Asked, sharing: int, alpha: float
) -> dict[str, Kin] | None:
    answers = known.answers_of(source.name)
    tables = flag_tables(source, known, asked, needed=families_needed(alpha / sharing))
    if not tables:
        on_any = any(source in sheet.zoo for sheet in asked.sheets)
        return {} if on_any or not _comparable(source, asked) else None
    found = {}
    share = sharing * len(tables)
    for table in tables:
        scores = standing(table.scores)
        each, all_of_them = alone(scores), together(scores)
        for place, name in enumerate(table.models):
            kin = replace(_kin(source, table, place), needed=families_needed(alpha / share))
            if kin.families:
                kin = replace(
                    kin,
                    p_value=float(each[place]),
                    p_adjusted=min(1.0, float(all_of_them[place]) * share),
                    floor=1 / (kin.families + 1),
                )
            same = asked.same(name, answers)
            found[name] = conclude(kin, same, alpha)
    return found


def _kin(source: Member, table: FlagTable, place: int) -> Kin:
    return Kin(
        name=source.name,
        where="zoo",
        family=source.family or "",
        method=table.methods[place],
        similarity=table.similarities[place],
        p_value=None,
        p_adjusted=None,
        families=len(table.families),
        floor=None,
        tests=len(table.models),
        shared=f"for {counted(len(table.models), 'model')} together",
        null=table.null,
        rival=table.rivals[place],
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason="",
    )


def _comparable(source: Member, asked: Asked) -> bool:
    """Whether anything was asked what the flagged model was."""
    return any(
        one.group == source.group for sheet in asked.sheets for one in (*sheet.scanned, *sheet.zoo)
    )


def _mute(source: Member) -> Failed:
    return Failed(
        subject=f"flagged model {source.name}",
        error="ConstantAnswersError",
        reason="it hardly answers to any part of these queries, so nothing can be compared with it",
        hint=f"record it with other queries; its family is '{family_of(source)}'",
    )

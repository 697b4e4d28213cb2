"""A flagged model and the honest families of a zoo, scored against every model of the apps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from modelkin.answers.partial import partial_to_first
from modelkin.apps.coinciding import same_answers
from modelkin.apps.known import Known, family_of, null_of
from modelkin.apps.sheets import ScanSheet
from modelkin.records import FloatArray, NullKind, Responses
from modelkin.zoo.member import Member

_ALIKE = 0.99  # coinciding answers are never less alike, and looking is not free


@dataclass(frozen=True, eq=False)
class Asked:
    """What was rated for one flagged model.

    Attributes:
        sheets: likeness of everything, with the apps fed as the flagged model is.
        answers: of the scanned models, by name, fed so.
    """

    sheets: Sequence[ScanSheet]
    answers: Mapping[str, Responses]

    def same(self, model: str, other: Responses) -> str | None:
        """In what sense a scanned model answers like another one, or None."""
        return same_answers(self.answers[model], other)


@dataclass(frozen=True, eq=False)
class FlagTable:
    """Scores of candidates against models of the apps.

    Attributes:
        models: names of the models, a column each.
        methods: what rated each column.
        similarities: of the flagged model and each model.
        families: the honest families, a row each after the flagged model's.
        scores: (1 + families, models).
        rivals: for each model, the family nearest to it where one is as near as the flagged
            model, else empty.
        null: the weakest null that the references stand for.
    """

    models: tuple[str, ...]
    methods: tuple[str, ...]
    similarities: tuple[float, ...]
    families: tuple[str, ...]
    scores: FloatArray
    rivals: tuple[str, ...]
    null: NullKind | None


@dataclass(frozen=True, eq=False)
class _Column:
    sheet: ScanSheet
    model: Member
    similarity: float
    own: float
    families: dict[str, float]


def flag_tables(source: Member, known: Known, asked: Asked, *, needed: int) -> list[FlagTable]:
    """Score the flagged model and the other families of the zoo against each scanned model.

    A model is rated on the first sheet that holds it and the flagged one, which its answers
    settle beforehand. Only families that are rated against every model of a table stand in it,
    so all candidates have equally many chances. Where that leaves too few, each sheet has a
    table of its own; numbers of families decide that, never scores.

    Args:
        source: the flagged model.
        known: the zoo.
        asked: sheets and answers.
        needed: families that one table needs to support a verdict.
    """
    held: dict[str, _Column] = {}
    for sheet in asked.sheets:
        if source not in sheet.zoo:
            continue
        for place, model in enumerate(sheet.scanned):
            if model.name not in held:
                held[model.name] = _column(source, known, asked, sheet, place)
    columns = list(held.values())
    if not columns:
        return []
    whole = _table(columns, known)
    apart = [
        _table([one for one in columns if one.sheet is sheet], known)
        for sheet in {id(one.sheet): one.sheet for one in columns}.values()
    ]
    enough = (needed + 1) * len(apart) - 1
    few = len(whole.families) < needed
    better = few and any(len(one.families) >= enough for one in apart)
    return apart if better else [whole]


def _column(source: Member, known: Known, asked: Asked, sheet: ScanSheet, place: int) -> _Column:
    """Scores against one model: partial where classes are the same, as ``compare`` judges."""
    model, row = sheet.scanned[place], sheet.to_zoo[place]
    own_place = sheet.zoo.index(source)
    honest = [at for at, one in enumerate(sheet.zoo) if family_of(one) != family_of(source)]
    held = [at for at in honest if _the_same(known, asked, sheet, place, at)]
    others = [at for at in honest if at not in held]
    families = [family_of(sheet.zoo[other]) for other in others]
    scores = row[[own_place, *others]]
    if sheet.method.fingerprint.aligned and others:
        # who speaks for a family must not hang on the order of the zoo
        order = sorted(
            range(len(others)), key=lambda at: (families[at], sheet.zoo[others[at]].digest)
        )
        others, families = [others[at] for at in order], [families[at] for at in order]
        members = [own_place, *others]
        table = np.ones((len(members) + 1, len(members) + 1))
        table[0, 1:] = table[1:, 0] = row[members]
        table[1:, 1:] = sheet.zoo_within[np.ix_(members, members)]
        # no family can be named like the flagged model's own
        scores = partial_to_first(table, ["", *(f"={family}" for family in families)])
    best: dict[str, float] = {}
    for family, score in zip(families, scores[1:], strict=True):
        best[family] = max(best.get(family, -np.inf), float(score))
    if best:
        # what the app holds itself is no stranger to it; its family counts as near as any is
        best |= dict.fromkeys((family_of(sheet.zoo[at]) for at in held), max(best.values()))
    return _Column(sheet, model, float(row[own_place]), float(scores[0]), best)


def _the_same(known: Known, asked: Asked, sheet: ScanSheet, place: int, other: int) -> bool:
    """A model of the zoo that an app holds itself is no stranger to it."""
    if sheet.to_zoo[place, other] < _ALIKE:
        return False
    model, one = sheet.scanned[place], sheet.zoo[other]
    if model.digest == one.digest:
        return True
    return asked.same(model.name, known.answers_of(one.name)) is not None


def _table(columns: Sequence[_Column], known: Known) -> FlagTable:
    shared = set(columns[0].families).intersection(*(one.families for one in columns[1:]))
    families = tuple(sorted(shared))
    scores = np.array(
        [[one.own, *(one.families[family] for family in families)] for one in columns]
    ).T
    rivals = []
    for one in columns:
        nearest = max(families, key=lambda family: one.families[family], default="")
        rivals.append(nearest if nearest and one.families[nearest] >= one.own else "")
    return FlagTable(
        models=tuple(one.model.name for one in columns),
        methods=tuple(one.sheet.method.name for one in columns),
        similarities=tuple(one.similarity for one in columns),
        families=families,
        scores=scores,
        rivals=tuple(rivals),
        null=null_of([one for one in known.members if family_of(one) in shared]),
    )

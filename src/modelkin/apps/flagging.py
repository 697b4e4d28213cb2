"""Is one of the models of a scan related to a model that is looked for?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from modelkin.answers.multiplicity import holm
from modelkin.apps.concluding import conclude
from modelkin.apps.known import Known, family_of
from modelkin.apps.scan_report import Kin
from modelkin.apps.sheets import deciding_method
from modelkin.errors import ModelkinError
from modelkin.pipeline.judging import Terms, judge
from modelkin.pipeline.null import Reference, failure
from modelkin.records import Decision, Failed, Relation, Responses, Verdict
from modelkin.zoo.member import Member

_NOMINAL = 0.05  # the rule's own verdict is not used, only its p-value


@dataclass(frozen=True)
class Flagged:
    """What became of the flags.

    Attributes:
        kin: by model, one entry a flagged model that it could be compared with.
        failed: comparisons that could not be made.
    """

    kin: dict[str, tuple[Kin, ...]]
    failed: tuple[Failed, ...]


def judge_flags(
    sources: Sequence[Member],
    scanned: Sequence[Member],
    known: Known,
    answers: Mapping[str, Mapping[str, Responses]],
    alpha: float,
) -> Flagged:
    """Judge every scanned model against every flagged one; the rest of the zoo are references.

    Each is verified on its own, as ``compare`` does, with the independent families of the zoo but
    the flagged model's as the null. Holm's method then shares alpha over all of them.

    Args:
        sources: the flagged models.
        scanned: the models of the apps.
        known: the zoo.
        answers: of the scanned models, by name, for each flagged one by its name.
        alpha: bound on false accusations over all comparisons.
    """
    rows: list[tuple[str, Kin, str | None]] = []
    failed: list[Failed] = []
    for source in sources:
        references = _references(source, known)
        for model in scanned:
            if model.group != source.group:
                continue
            try:
                suspect = answers[source.name][model.name]
                kin, same = _judged(source, known, suspect, references)
            except ModelkinError as error:
                failed.append(failure(f"{model.name} against {source.name}", error))
                continue
            rows.append((model.name, kin, same))
    tested = [place for place, (_, kin, _) in enumerate(rows) if kin.p_value is not None]
    adjusted = dict(zip(tested, holm([rows[one][1].p_value or 1.0 for one in tested]), strict=True))
    found: dict[str, tuple[Kin, ...]] = {}
    for place, (name, kin, same) in enumerate(rows):
        counted = replace(kin, p_adjusted=adjusted.get(place), tests=max(len(tested), 1))
        told = kin.p_value is None and same is None and kin.reason
        done = counted if told else conclude(counted, same, alpha)
        found[name] = (*found.get(name, ()), done)
    return Flagged(found, tuple(failed))


def _references(source: Member, known: Known) -> list[Reference]:
    own = family_of(source)
    return [
        Reference(responses=known.answers_of(one.name), family=family_of(one))
        for one in known.members
        if one.group == source.group and family_of(one) != own
    ]


def _judged(
    source: Member,
    known: Known,
    suspect: Responses,
    references: Sequence[Reference],
) -> tuple[Kin, str | None]:
    answers = known.answers_of(source.name)
    terms = Terms(
        methods=(deciding_method(answers, suspect),), rule="conformal", alpha=_NOMINAL, null=None
    )
    decision = judge(answers, suspect, references, terms).decision
    identical = decision.relation is Relation.IDENTICAL
    same = decision.reason.removeprefix("all answers coincide ") if identical else None
    families = len(decision.null.family_scores) if decision.null else 0
    return _kin(source, decision, families), same


def _kin(source: Member, decision: Decision, families: int) -> Kin:
    undecided = decision.p_value is None
    return Kin(
        name=source.name,
        where="zoo",
        family=source.family or "",
        method=decision.similarity.method,
        similarity=decision.similarity.value,
        p_value=decision.p_value,
        p_adjusted=None,
        families=families,
        floor=1 / (families + 1) if families else None,
        tests=1,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        reason=decision.reason if undecided else "",
    )

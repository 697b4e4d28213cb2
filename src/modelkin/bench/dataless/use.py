"""An independent check of ``modelkin dataset``: was a model trained on this half of a set?

The settings of the test were chosen on other models (the example ones), so that these figures are
no fit. The data set in question is one half of one image set. All its models but the suspect are
the trained-on ones, all models of the other half the others. They are asked image-mix-v1, and again
pictures of the half in question.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from modelkin.bench.dataless.grammar import HALVES
from modelkin.bench.dataless.member import Kind, Member
from modelkin.bench.dataless.query_measures import MIXTURE, QueryMeasures
from modelkin.bench.dataless.recording import recorded, recorded_own
from modelkin.bench.figures import Figure, share_figure
from modelkin.bench.processes import each
from modelkin.decision.conformal import families_needed
from modelkin.pipeline.dataset_judging import UseTerms, judge_use
from modelkin.pipeline.null import Reference
from modelkin.records import Access, AnyArray, OutputKind, Responses, Verdict

ALPHA = 0.1
FOUND, HALF, OTHER = "found", "false_other_half", "false_other_set"
"""Suspects trained on the half in question, on the other half, and on another image set."""
GENERATED, OWN = "dataset", "dataset_pictures"
"""Asked procedural queries, and pictures of the data set in question."""
_BOUND = f"<= {ALPHA:g}"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Was this half of this set used?"""

    data: str
    half: str


def use_figures(
    asked: QueryMeasures, *, progress: Callable[[int], None]
) -> tuple[dict[str, Figure], dict[str, str]]:
    """Shares of suspects found to have used a half of a set, by what they really saw.

    Intervals are Wilson's over suspects; those of one half share models, so they are too narrow.

    Args:
        asked: the queries and the zoo, everything recorded.
        progress: told how many halves have just been judged.

    Returns:
        The figures, and those that are missing, with the reason.
    """
    questions = use_questions(asked)
    counts = each(partial(judge_half, asked), questions, progress=progress)
    figures, missing = {}, {}
    for name in (
        f"{asked_what}_{saw}" for asked_what in (GENERATED, OWN) for saw in (FOUND, HALF, OTHER)
    ):
        verdicts = [verdict for found in counts for verdict in found.get(name, ())]
        if verdicts:
            right = sum(verdict is Verdict.RELATED for verdict in verdicts)
            target = "" if name.endswith(FOUND) else _BOUND
            figures[name] = share_figure(right, len(verdicts), target=target)
        else:
            missing[name] = (
                f"alpha {ALPHA:g} needs {families_needed(ALPHA)} others, this zoo has fewer"
            )
    return figures, missing


def use_questions(asked: QueryMeasures) -> list[Question]:
    """Every half of every set."""
    names = dict.fromkeys(member.data for member in asked.zoo.members)
    return [Question(data=name, half=half) for name in names for half in HALVES]


def judge_half(asked: QueryMeasures, question: Question) -> dict[str, list[Verdict]]:
    """Verdicts on every suspect by what it was asked and saw; none where others are too few."""
    members = [
        member
        for member in asked.zoo.members
        if member.kind is not Kind.GAN and asked.zoo.built(member)
    ]
    pool = asked.mixture()
    verdicts: dict[str, list[Verdict]] = {}
    cases = [
        case
        for case in _cases(question, members)
        if len(case[3]) >= families_needed(ALPHA) and case[2]
    ]
    known: dict[str, dict[Member, Reference]] = {GENERATED: {}, OWN: {}}
    for _, suspect, users, others in cases:
        for one in (suspect, *users, *others):
            if one not in known[GENERATED]:
                values = recorded(asked, one, MIXTURE)
                known[GENERATED][one] = _reference(one, values, pool.name, pool.digest, pool.parts)
                values = recorded_own(asked, one, question.data, question.half)
                name = f"{question.data}-{question.half}"
                known[OWN][one] = _reference(one, values, name, name, ("",) * len(values))
    for what, of in known.items():
        for saw, suspect, users, others in cases:
            judged = judge_use(
                of[suspect],
                [of[one] for one in users],
                [of[one] for one in others],
                UseTerms(alpha=ALPHA),
            )
            verdicts.setdefault(f"{what}_{saw}", []).append(judged.decision.verdict)
    return verdicts


def _reference(
    member: Member, values: AnyArray, pool: str, digest: str, parts: tuple[str, ...]
) -> Reference:
    return Reference(
        Responses(
            model=member.name,
            model_digest=member.name,
            pool=pool,
            pool_digest=digest,
            values=values,
            kind=OutputKind.PROBABILITIES,
            access=Access.SCORES,
            index=np.arange(len(values), dtype=np.int64),
            parts=parts,
            asked=len(values),
        ),
        member.name,
    )


def _cases(
    question: Question, members: Sequence[Member]
) -> Iterator[tuple[str, Member, list[Member], list[Member]]]:
    """What the suspect saw, the suspect, trained-on models, others."""
    users = [one for one in members if (one.data, one.half) == (question.data, question.half)]
    others = [one for one in members if one.data == question.data and one.half != question.half]
    for one in users:
        yield FOUND, one, [user for user in users if user != one], others
    for one in others:
        yield HALF, one, users, [other for other in others if other != one]
    seen: set[tuple[str, Kind]] = set()
    for one in members:
        if one.data != question.data and (one.data, one.kind) not in seen:
            seen.add((one.data, one.kind))
            yield OTHER, one, users, others

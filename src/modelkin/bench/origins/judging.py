"""How often honest models are accused when references of one origin make the null."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from modelkin.bench.evading.ruling import Judge, Ruling
from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.plan import Case
from modelkin.bench.modelreuse.truth import Manifest
from modelkin.bench.origins.training import Made
from modelkin.making.support import DataOrigin
from modelkin.records import NullKind, Responses

COPIES = "copies"
ZOO_ORIGINS = {
    "zoo-honest": "the zoo's own honest models of the label set, most of the source's own recipe, "
    "the suspect's family left out",
    "zoo-scratch": "those of them that were trained from scratch, on the very half that the source "
    "learnt from, 24 passes; too few for less than 0.2",
}
"""References that `modelkin references` does not make, for comparison."""
N1 = "N1"


@dataclass(frozen=True, kw_only=True)
class Accused:
    """One pair, judged by the references of one origin.

    Attributes:
        origin: of the references.
        task: label set.
        lineage: family of the source, the unit of resampling.
        group: the null that the suspect really stands for, or "copies".
        similarity: of source and suspect.
        p_value: against the references.
        raw: the p-value by plain similarity, as compare judged before it had cohorts.
        remarked: the report says that the suspect is less like the source than the references.
        strangers: the references stand for unrelated functions at most, so they accuse nobody.
    """

    origin: str
    task: str
    lineage: str
    group: str
    similarity: float
    p_value: float
    raw: float
    remarked: bool
    strangers: bool = False

    def accused(self, alpha: float) -> bool:
        """Whether compare says ``related``."""
        return self.p_value <= alpha and not self.strangers


def judge_origins(
    cases: Sequence[Case],
    answers: Mapping[str, Responses],
    made: Sequence[Made],
    *,
    manifest: Manifest,
) -> Iterator[Accused]:
    """Put compare's rule to every source and every suspect with the source's classes.

    The suspects are the zoo's honest models (N2, same data, N3) and copies, whose relation is
    known, and as N1 the references of the origin ``other-data``, which judge no one there.

    Args:
        cases: sources with their suspects.
        answers: of the zoo's models, by name.
        made: references of all origins, with their answers.
        manifest: what is true of a pair.
    """
    judges: dict[str, Judge] = {}
    for case in cases:
        task, source = case.source.task, case.source.name
        mine = [one for one in made if one.task == task]
        suspects = [entry for entry, _ in case.honest if entry.task == task]
        copies = [entry for entry in case.copies if entry.task == task]
        if task not in judges:
            judges[task] = Judge(_everyone(cases, answers, mine, task))
        judge = judges[task]
        groups = {
            **{entry.name: manifest.truth(source, entry.name).groups[2] for entry in suspects},
            **{entry.name: COPIES for entry in copies},
        }
        strangers = {one.name: N1 for one in mine if one.origin == "other-data"}

        def accused(origin: str, group: str, ruling: Ruling, of: Case = case) -> Accused:
            return Accused(
                origin=origin,
                task=of.source.task,
                lineage=of.source.family,
                group=group,
                similarity=ruling.similarity,
                p_value=ruling.p_value,
                raw=ruling.raw,
                remarked=ruling.remarked,
                strangers=null_of_origin(origin) is NullKind.N0,
            )

        for origin in dict.fromkeys(one.origin for one in mine):
            references = {one.name: one.name for one in mine if one.origin == origin}
            judged = groups if origin == "other-data" else {**groups, **strangers}
            null = null_of_origin(origin)
            for name, group in judged.items():
                yield accused(origin, group, judge.rule(source, name, references, null=null))
        for origin in ZOO_ORIGINS:
            fitting = [e for e in suspects if origin == "zoo-honest" or e.how is How.RETRAINED]
            for suspect in (*suspects, *copies):
                others = {e.name: e.family for e in fitting if e.family != suspect.family}
                ruling = judge.rule(source, suspect.name, others)
                yield accused(origin, groups[suspect.name], ruling)


def null_of_origin(origin: str) -> NullKind:
    """What compare lets references of an origin stand for, whatever its user states.

    Args:
        origin: one that 'modelkin references' makes, or the zoo's own models, which have no limit.
    """
    made = [one.null for one in DataOrigin if one == origin]
    return made[0] if made else NullKind.N3


def _everyone(
    cases: Sequence[Case], answers: Mapping[str, Responses], made: Sequence[Made], task: str
) -> dict[str, Responses]:
    """Answers of the zoo's models of a task and of the references made for it."""
    members = {one.name for case in cases for one in case.members if one.task == task}
    found = {name: answers[name] for name in sorted(members) if name in answers}
    like = next(iter(found.values()))
    for one in made:
        found[one.name] = replace(like, model=one.name, model_digest=one.name, values=one.logits)
    return found

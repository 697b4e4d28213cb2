"""How often honest models are accused when references of one origin make the null."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from modelkin.bench.modelreuse.entry import How
from modelkin.bench.modelreuse.plan import Case
from modelkin.bench.modelreuse.truth import Manifest
from modelkin.bench.origins.training import Made
from modelkin.pipeline.choosing import make_method
from modelkin.protocols import DecisionRule
from modelkin.records import (
    AnyArray,
    Null,
    NullKind,
    NullScore,
    Responses,
    Similarity,
    Verdict,
)
from modelkin.registry import part

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
        accused: by alpha, whether the rule says ``related``.
    """

    origin: str
    task: str
    lineage: str
    group: str
    similarity: float
    p_value: float
    accused: Mapping[float, bool]


def judge_origins(
    cases: Sequence[Case],
    answers: Mapping[str, Responses],
    made: Sequence[Made],
    *,
    manifest: Manifest,
    alphas: Sequence[float],
) -> Iterator[Accused]:
    """Put compare's rule to every source and every suspect with the source's classes.

    The suspects are the zoo's honest models (N2, same data, N3) and copies, whose relation is
    known, and as N1 the references of the origin ``other-data``, which judge no one there.

    Args:
        cases: sources with their suspects.
        answers: of the zoo's models, by name.
        made: references of all origins, with their answers.
        manifest: what is true of a pair.
        alphas: bounds on false accusations.
    """
    rule = part(DecisionRule, "conformal")()  # type: ignore[type-abstract]
    for case in cases:
        task = case.source.task
        mine = [one for one in made if one.task == task]
        suspects = [entry for entry, _ in case.honest if entry.task == task]
        copies = [entry for entry in case.copies if entry.task == task]
        prints = _Prints(answers[case.source.name])
        near = {one.name: prints.to(one.logits) for one in mine}
        rated = {one.name: prints.to(answers[one.name].values) for one in (*suspects, *copies)}
        others = [one for one in mine if one.origin == "other-data"]
        for origin in dict.fromkeys(one.origin for one in mine):
            references = [one for one in mine if one.origin == origin]
            null = Null(
                kind=NullKind.N0,
                scores=tuple(
                    NullScore(reference=one.name, family=one.name, value=near[one.name])
                    for one in references
                ),
            )
            judged = [
                *(
                    (manifest.truth(case.source.name, e.name).groups[2], rated[e.name])
                    for e in suspects
                ),
                *((COPIES, rated[entry.name]) for entry in copies),
                *(
                    (N1, value)
                    for value in (near[one.name] for one in others)
                    if origin != "other-data"
                ),
            ]
            for group, value in judged:
                yield _one(rule, null, origin, case, group, value, alphas)
        groups = {
            **{e.name: manifest.truth(case.source.name, e.name).groups[2] for e in suspects},
            **{entry.name: COPIES for entry in copies},
        }
        for origin in ZOO_ORIGINS:
            fitting = [e for e in suspects if origin == "zoo-honest" or e.how is How.RETRAINED]
            for suspect in (*suspects, *copies):
                others_of = [one for one in fitting if one.family != suspect.family]
                null = Null(
                    kind=NullKind.N2,
                    scores=tuple(
                        NullScore(reference=one.name, family=one.family, value=rated[one.name])
                        for one in others_of
                    ),
                )
                value = rated[suspect.name]
                yield _one(rule, null, origin, case, groups[suspect.name], value, alphas)


def _one(
    rule: DecisionRule,
    null: Null,
    origin: str,
    case: Case,
    group: str,
    value: float,
    alphas: Sequence[float],
) -> Accused:
    similarity = Similarity(
        method="log_correlation",
        params="",
        a=case.source.name,
        b="suspect",
        value=value,
        low=None,
        high=None,
        confidence=0.95,
        n_queries=0,
    )
    accused, p_value = {}, 1.0
    for alpha in alphas:
        decision = rule.decide(similarity, null=null, alpha=alpha, relation=None)
        accused[alpha] = decision.verdict is Verdict.RELATED
        p_value = decision.p_value or 1.0
    return Accused(
        origin=origin,
        task=case.source.task,
        lineage=case.source.family,
        group=group,
        similarity=value,
        p_value=p_value,
        accused=accused,
    )


class _Prints:
    """Similarity to one source, by the method that decides."""

    def __init__(self, source: Responses) -> None:
        self._method = make_method("log_correlation")
        self._like = source
        self._source = self._method.fingerprint.extract(source)

    def to(self, logits: AnyArray) -> float:
        """Similarity of the source and a model with these answers."""
        found = self._method.fingerprint.extract(replace(self._like, values=logits))
        return self._method.similarity.pair(self._source, found)

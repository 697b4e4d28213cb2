"""Answers to a judgement and a power statement, whichever way the queries came about."""

from collections.abc import Mapping, Sequence

from modelkin.errors import ModelkinError
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.power import found_as, measure_power, power_of, seen_like
from modelkin.pipeline.preparing import prepare
from modelkin.pipeline.select_judging import judge_prepared, judge_selected
from modelkin.records import CopyFound, Power, Responses, Skipped


def judge_any(
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    terms: Terms,
    crafted: Mapping[str, Crafted] | None = None,
    copies: Sequence[OwnCopy] = (),
) -> Judgement:
    """Judge a pair as its terms say.

    Args:
        source: the source's answers.
        suspect: the suspect's.
        references: the honest models.
        terms: what is asked for.
        crafted: queries and answers of crafted methods.
        copies: the owner's copies, where they choose queries.
    """
    if terms.select is None:
        return judge(source, suspect, references, terms, crafted)
    return judge_selected(source, suspect, references, terms, terms.select, copies)


def power_any(
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    copies: Sequence[OwnCopy],
    terms: Terms,
    method: str,
    *,
    top_k: int,
) -> Power | None:
    """The power statement; where copies choose queries, every kind is judged without its own.

    Args:
        source: the source's answers.
        suspect: the suspect's.
        references: the honest models.
        copies: the owner's copies.
        terms: of the run.
        method: the one that decided.
        top_k: with top-k access, how many scores were seen.
    """
    if terms.select is None or not copies:
        return measure_power(source, suspect, references, copies, terms, method, top_k=top_k)
    found: list[CopyFound] = []
    skipped: list[Skipped] = []
    for kind in dict.fromkeys(one.kind for one in copies):
        others = [one for one in copies if one.kind != kind]
        own = [one for one in copies if one.kind == kind]
        try:
            prepared = prepare(
                source,
                suspect.model_digest,
                references,
                others,
                terms.select,
                alpha=terms.alpha,
                leave_out=terms.leave_out,
                fallback=True,
            )
        except ModelkinError as error:
            skipped += [
                Skipped(subject=f"copy {one.responses.model}", reason=str(error)) for one in own
            ]
            continue
        for copy in own:
            name = copy.responses.model
            if copy.lost:
                reason = "lost its function, so nobody would use it"
                skipped.append(Skipped(subject=f"copy {name}", reason=reason))
                continue
            try:
                shown = seen_like(copy.responses.at(prepared.chosen), suspect, top_k)
                judged = judge_prepared(prepared, source, shown, references, terms, terms.select)
            except ModelkinError as error:
                skipped.append(Skipped(subject=f"copy {name}", reason=str(error)))
            else:
                found.append(found_as(copy, judged.decision))
    return power_of(found, skipped, alpha=terms.alpha, queries=terms.select.queries)

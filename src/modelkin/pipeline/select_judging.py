"""From recorded answers to a decision on chosen queries: pure, as ``judging`` is."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from modelkin.answers.alignment import Alignment
from modelkin.answers.coverage import measure_coverage
from modelkin.pipeline.cautions import warnings_for
from modelkin.pipeline.doubts import doubts
from modelkin.pipeline.draw_judging import decide_by_draws
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.preparing import Prepared, prepare
from modelkin.pipeline.select_doubts import suspicions_of, withheld
from modelkin.pipeline.select_fitting import require_fitting
from modelkin.pipeline.select_ranking import decide_by_rank
from modelkin.pipeline.select_summary import selection_of
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.records import IntArray, Responses


def judge_selected(
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    terms: Terms,
    select: SelectTerms,
    copies: Sequence[OwnCopy] = (),
    *,
    fallback: bool = False,
) -> Judgement:
    """Choose the queries again and judge the suspect by its answers to them.

    Args:
        source: the source's answers to all candidates.
        suspect: the suspect's answers to chosen queries, at their positions among the candidates.
        references: the honest models' answers to all candidates.
        terms: what was asked for.
        select: how queries were to be chosen.
        copies: the owner's copies, for selectors that use them.
        fallback: a selector without the copies that it wants does as well as it can.

    Raises:
        ModelkinError: nothing can be chosen, or the answers do not fit.
    """
    prepared = prepare(
        source,
        suspect.model_digest,
        references,
        copies,
        select,
        alpha=terms.alpha,
        leave_out=terms.leave_out,
        fallback=fallback,
    )
    return judge_prepared(prepared, source, suspect, references, terms, select)


def judge_prepared(
    prepared: Prepared,
    source: Responses,
    suspect: Responses,
    references: Sequence[Reference],
    terms: Terms,
    select: SelectTerms,
) -> Judgement:
    """The same with queries that are chosen already."""
    require_fitting(prepared, source, suspect)
    suspicions = suspicions_of(prepared)
    if terms.methods:
        kept = [one for one in prepared.judging if one in references]
        found = judge(
            source.at(prepared.chosen), suspect, kept, replace(terms, select=None, leave_out=())
        )
        answered = suspect.at(prepared.chosen)
        return replace(
            found,
            decision=withheld(found.decision, suspicions),
            skipped=(*prepared.skipped, *found.skipped),
            selection=selection_of(prepared, select, answered),
            suspicions=suspicions,
        )
    if select.anytime:
        decision, anytime = decide_by_draws(prepared, suspect, terms, select)
    else:
        decision, anytime = decide_by_rank(prepared, suspect, terms, select), None
    decision = withheld(decision, suspicions)
    mine, theirs = source.at(suspect.index), suspect.at(source.index)
    return Judgement(
        similarities=(decision.similarity,),
        decision=decision,
        alignment=Alignment(
            "same", None, "judged by labels; equal numbers mean equal classes", _none()
        ),
        coverage=(measure_coverage(mine), measure_coverage(theirs)),
        dropped={},
        used=mine.index,
        skipped=prepared.skipped,
        failed=(),
        warnings=(
            *warnings_for(
                decision, Alignment("same", None, "", _none()), prepared.judging, terms.null
            ),
            *doubts(decision, suspicions, None, left_out=(), p_with_all=None),
        ),
        source=mine,
        suspect=theirs,
        precision=None,
        swap=None,
        suspicions=suspicions,
        left_out=tuple(one for one in terms.leave_out),
        selection=selection_of(prepared, select, suspect),
        anytime=anytime,
    )


def _none() -> IntArray:
    return np.empty(0, dtype=np.int64)

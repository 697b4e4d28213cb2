"""The suspect's rank among the judging references, by the evidence of chosen queries."""

import numpy as np

from modelkin.answers.label_evidence import QuerySelection
from modelkin.errors import BudgetError
from modelkin.pipeline.judging import Terms
from modelkin.pipeline.preparing import Prepared
from modelkin.pipeline.rating import LEAST_ROWS
from modelkin.pipeline.select_summary import null_of_judges, similarity_of
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.protocols import DecisionRule
from modelkin.records import Decision, Responses
from modelkin.registry import part


def decide_by_rank(
    prepared: Prepared, suspect: Responses, terms: Terms, select: SelectTerms
) -> Decision:
    """Conformal p-value of the evidence; on the queries that the suspect answered.

    Raises:
        BudgetError: it answered too few of them.
    """
    rows = np.flatnonzero(np.isin(prepared.chosen, suspect.index))
    if len(rows) < LEAST_ROWS:
        raise BudgetError(
            f"'{suspect.model}' answered {len(rows)} of the chosen queries, too few to compare",
            hint=f"ask at least {LEAST_ROWS}",
        )
    asked = prepared.selection
    answered = QuerySelection(
        chosen=asked.chosen[rows],
        agree=asked.agree[rows],
        differ=asked.differ[rows],
        foreign=asked.foreign[rows],
    )
    places = np.searchsorted(suspect.index, prepared.positions[answered.chosen])
    labels = suspect.labels[places]
    table = np.vstack([labels, prepared.labels[:, answered.chosen]]).T
    # identical answers have 1; sums in another order differ in their last bits
    scores = np.round(answered.score(prepared.candidates, table) / _full(answered), 9)
    similarity = similarity_of(suspect, select, float(scores[0]), len(rows))
    null = null_of_judges(prepared, scores[1:], terms)
    rule = part(DecisionRule, terms.rule)()  # type: ignore[type-abstract]
    return rule.decide(similarity, null=null, alpha=terms.alpha, relation=None)


def _full(selection: QuerySelection) -> float:
    """The evidence of answering everything like the source; identical models have 1 then."""
    most = float(selection.agree.sum())
    return most if most > 0 else 1.0

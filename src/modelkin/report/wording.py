"""The sentences of a report, the same in text and HTML; they describe and never accuse."""

import math

from modelkin.records import Decision, Null, Relation, Report, Verdict
from modelkin.report.formatting import (
    brief,
    count,
    counted,
    interval,
    number,
    percent,
    plain,
    printable_p,
    probability,
    short,
)

_NO_REFERENCES = (
    "No references were given, so there is nothing to judge this similarity against: "
    "only the similarity itself is claimed."
)
_NO_NEED = (
    "No references were needed: the answers are the same, over enough of the classes for that to "
    "say something."
)
_WORDS = {
    Verdict.RELATED: "Related",
    Verdict.NO_EVIDENCE: "No evidence",
    Verdict.INCONCLUSIVE: "Inconclusive",
}
_KINSHIP = {
    Relation.MODIFIED: "a modified copy (quantized, pruned, fine-tuned or the like) of",
    Relation.TRANSFERRED: "a transfer to another label set of",
    Relation.EXTRACTED: "a model that learned from the answers (distilled, extracted) of",
    Relation.SAME_DATA: "a model trained on the same data as",
}


def verdict_word(decision: Decision) -> str:
    """The verdict in one or two words."""
    return _WORDS[decision.verdict]


def verdict_sentence(report: Report) -> str:
    """The verdict in one sentence."""
    source, suspect = f"“{brief(report.source.name)}”", f"“{brief(report.suspect.name)}”"
    decision = report.decision
    if decision.verdict is Verdict.NO_EVIDENCE:
        judged = decision.null is not None and bool(decision.null.scores)
        why = ": its likeness is within what independent models show" if judged else ""
        return f"No evidence that {suspect} is related to {source}{why}."
    if decision.verdict is Verdict.INCONCLUSIVE:
        return f"Whether {suspect} is related to {source} cannot be decided from this run."
    if decision.relation is None:
        return f"The answers of {suspect} are consistent with a model related to {source}."
    if decision.relation is Relation.IDENTICAL:
        return (
            f"{suspect} gives the same answers as {source}, as far as can be told: "
            "consistent with one and the same model."
        )
    kinship = _KINSHIP[decision.relation]
    return f"The answers of {suspect} are consistent with {kinship} {source}."


def explanation(report: Report) -> tuple[str, ...]:
    """What was asked, what came out and what it was judged against, a sentence or two each."""
    decision = report.decision
    found = [_asked(report), _measured(decision), null_sentence(decision)]
    rest = (score_sentence(decision), _p_sentence(decision), _e_sentence(decision))
    found.extend(filter(None, rest))
    return tuple(found)


def null_sentence(decision: Decision) -> str:
    """What the similarity was judged against."""
    null = decision.null
    if null is None or not null.scores:
        identical = decision.relation is Relation.IDENTICAL
        return _NO_NEED if identical else _NO_REFERENCES
    return (
        f"It was judged against {counted(len(null.scores), 'honest model')} from "
        f"{counted(len(null.family_scores), 'independent family', 'independent families')}. "
        f"“Unrelated” here means {null.kind.value}: {null.kind.meaning}."
    )


def score_sentence(decision: Decision) -> str | None:
    """What was taken out of the similarity before it was judged."""
    null = decision.null
    if null is None or not null.scores or decision.score is None or not null.cohort:
        return None
    families = counted(null.cohort, "family", "families")
    return (
        f"What models of those {families} have in common was taken out of it first: the suspect's "
        f"partial similarity is {number(decision.score)}, and every reference was rated likewise, "
        "with the suspect among the others."
    )


def limits(report: Report) -> tuple[str, ...]:
    """What the verdict does not show."""
    null = report.decision.null
    judged = null is not None and bool(null.scores)
    found = [
        "Direction: the same answers would be seen if the source had been made from the suspect.",
        (
            "A common ancestor: two models built on the same third model look alike without "
            "either being made from the other, unless that ancestor's other descendants are "
            "among the references."
        ),
        (
            "Intent or permission: how the likeness came about, and whether it was allowed, is "
            "not in the answers."
        ),
        (
            "Proof: similarity is a measurement of behaviour. It supports other evidence and "
            "does not replace it."
        ),
    ]
    if judged:
        found.append(
            "Anything beyond the references: the p-value is only as good as the references are "
            "independent of the source and like the suspect in task, data and quality."
        )
    if report.decision.verdict is not Verdict.RELATED:
        found.append(
            "Independence: that nothing was found does not show that the models are unrelated; "
            "other queries, more queries or more references may find more."
        )
    return tuple(found)


def p_text(decision: Decision) -> str:
    """The p-value with its name; never 0."""
    p_value = printable_p(decision)
    return "no p-value" if p_value is None else f"p = {probability(p_value)}"


def floor_text(null: Null) -> str:
    """The smallest p-value that the references can support."""
    return f"1/({len(null.family_scores)} + 1) = {probability(null.floor)}"


def _asked(report: Report) -> str:
    pool, source, suspect = report.pool, report.source, report.suspect
    same = "query" if pool.used == 1 else "queries"
    return (
        f"Both models answered the same {count(pool.used)} {same} from the pool "
        f"“{plain(pool.name)}”; over all runs the source was asked {count(source.asked)} and the "
        f"suspect {counted(suspect.asked, 'query', 'queries')}. "
        f"Label sets: {plain(report.label_sets) or 'not stated'}."
    )


def _measured(decision: Decision) -> str:
    rated = decision.similarity
    spread = ""
    if rated.low is not None and rated.high is not None:
        spread = (
            f" ({percent(rated.confidence)} interval over queries: "
            f"{interval(rated.low, rated.high)})"
        )
    return (
        f"By the method “{plain(rated.method)}” their similarity is "
        f"{number(rated.value)}{spread}; models with identical answers have 1."
    )


def _p_sentence(decision: Decision) -> str | None:
    p_value = printable_p(decision)
    if p_value is None or decision.null is None:
        return None
    side = "not above" if p_value <= decision.alpha else "above"
    shared = ""
    if decision.adjusted_for > 1:
        shared = f", shared over {count(decision.adjusted_for)} pairs"
    text = (
        f"{p_text(decision)}: were the suspect one more model of that kind, it would look at "
        f"least this similar to the source with at most this probability. That is {side} "
        f"alpha = {probability(decision.alpha)}{shared}, the rate of false alarms asked for; "
        f"{floor_text(decision.null)} is the smallest value that so many families can support"
    )
    if decision.null.floor > decision.alpha:
        return f"{text}, so no result could have reached alpha."
    return f"{text}."


def _e_sentence(decision: Decision) -> str | None:
    if decision.e_value is None or not math.isfinite(decision.e_value):
        return None
    return (
        f"The queries alone carry an e-value of {short(decision.e_value)}: evidence that may be "
        f"looked at after every query, and counts once it reaches "
        f"1/alpha = {probability(1.0 / decision.alpha) if decision.alpha else 'infinity'}. It says "
        "nothing about honest models that are not among the references."
    )

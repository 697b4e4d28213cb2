"""The sentences on the use of a data set, the same in text and HTML; they never accuse."""

from modelkin.records import DatasetReport, Role, Share, UseDecision, Verdict
from modelkin.report.facts import pool_line
from modelkin.report.formatting import (
    brief,
    count,
    counted,
    duration,
    interval,
    number,
    percent,
    plain,
    probability,
)

_HALF = 0.5


def verdict_sentence(report: DatasetReport) -> str:
    """The verdict in one sentence."""
    suspect = f"“{brief(report.suspect.name)}”"
    match report.decision.verdict:
        case Verdict.RELATED:
            return (
                f"The answers of {suspect} are consistent with a model trained on the data set "
                "that the trained-on models share."
            )
        case Verdict.NO_EVIDENCE:
            return (
                f"No evidence that {suspect} was trained on the data set: its likeness to the "
                "trained-on models is within what the others show."
            )
        case Verdict.INCONCLUSIVE:
            return f"Whether {suspect} was trained on the data set cannot be decided from this run."


def p_text(decision: UseDecision) -> str:
    """The p-value, or why there is none."""
    if decision.p_value is None:
        return f"none; alpha {probability(decision.alpha)} needs {decision.needed} others"
    return (
        f"p = {probability(decision.p_value)}, alpha = {probability(decision.alpha)}, "
        f"floor {floor_text(decision)}"
    )


def floor_text(decision: UseDecision) -> str:
    """The smallest p-value that the others can support."""
    return f"1/({decision.others} + 1) = {probability(decision.floor)}"


def power_text(report: DatasetReport) -> str:
    """How often a true use would be found with these models."""
    decision, power = report.decision, report.power
    sizes = f"{decision.trained_on} + {decision.others} models"
    if power is None:
        if decision.others < decision.needed:
            return f"none: with {sizes} no use can be found at alpha {probability(decision.alpha)}"
        return f"not known: with {sizes} no trained-on model can be left out to play the suspect"
    text = (
        f"with {sizes} a true use is found in {percent(power.share)} of cases: "
        f"{_of(power)} trained-on models, each played as the suspect"
    )
    if power.share < _HALF and decision.verdict is Verdict.NO_EVIDENCE:
        text += "; so that nothing was found here says little"
    return text


def false_alarm_text(report: DatasetReport) -> str:
    """How often an honest model would be accused with these models."""
    alarms, decision = report.false_alarms, report.decision
    if alarms is None:
        return (
            f"not measured: that takes more than {decision.needed} others; for a suspect that "
            f"is one more draw like them at most {percent(decision.alpha)}"
        )
    return (
        f"{_of(alarms)} others would be accused, each played as the suspect; for a suspect that "
        f"is one more draw like them it is at most {percent(decision.alpha)} by construction"
    )


def effect_text(report: DatasetReport) -> str:
    """How far trained-on models and others lie apart."""
    effect = report.effect
    if effect is None:
        return "not known: it takes at least 2 trained-on models and 2 others"
    text = (
        f"a trained-on model scores above an other with chance {number(effect.above)} "
        f"({interval(effect.above_low, effect.above_high)})"
    )
    if effect.deviations is None:
        return text
    return (
        f"{text}; the means lie {number(effect.deviations)} standard deviations apart "
        f"({interval(effect.deviations_low, effect.deviations_high)}); 95 % intervals over models"
    )


def models_text(report: DatasetReport) -> str:
    """Who took part."""
    decision = report.decision
    families = "independent family", "independent families"
    members = sum(score.role is Role.OTHER for score in report.scores)
    return (
        f"{counted(decision.trained_on, *families)} trained on the data set; "
        f"{counted(decision.others, *families)} of others"
        + (f" ({counted(members, 'model')})" if members > decision.others else "")
    )


def suspect_text(report: DatasetReport) -> str:
    """What was asked of the suspect."""
    card = report.suspect
    return (
        f"{brief(card.name)} ({plain(card.format)}, {card.access.value}); asked "
        f"{counted(card.asked, 'query', 'queries')}, {count(card.asked_now)} now, "
        f"{duration(card.seconds)}"
    )


def limits(report: DatasetReport) -> tuple[str, ...]:
    """What the verdict does not show."""
    found = [
        (
            "Anything beyond the others: the p-value holds when the suspect, not trained on the "
            "data set, would be one more draw like them. An architecture, a quality or a source of "
            "data that only the suspect and trained-on models have can pass for use of the data."
        ),
        (
            "Which pictures or rows were used, and how many: only that it answers like models that "
            "were trained on them."
        ),
        (
            "Direct use: a copy of a trained-on model, or a model taught by one, answers likewise "
            "without having seen the data. Compare asks about descent."
        ),
        "Permission, or intent.",
        "Proof: it supports other evidence and does not replace it.",
    ]
    if report.decision.verdict is not Verdict.RELATED:
        found.append("That the data set was not used: more models or queries may find more.")
    return tuple(found)


def facts(report: DatasetReport) -> tuple[tuple[str, str], ...]:
    """Label and text of everything that is not drawn."""
    decision = report.decision
    return (
        ("p-value", p_text(decision)),
        ("models", models_text(report)),
        ("power", power_text(report)),
        ("false alarms", false_alarm_text(report)),
        ("effect size", effect_text(report)),
        ("similarity", f"{decision.method}, {counted(decision.n_queries, 'query', 'queries')}"),
        ("labels", plain(report.label_sets)),
        ("pool", pool_line(report.pool)),
        *(
            ("dropped", f"{plain(name)}: {plain(reason)}")
            for name, reason in report.pool.dropped.items()
        ),
        ("suspect", suspect_text(report)),
        ("run", f"seed {report.run.seed}, {duration(report.run.seconds)}"),
    )


def _of(share: Share) -> str:
    return (
        f"{share.found} of {share.n} (95 % interval {percent(share.low)} to {percent(share.high)})"
    )

"""What speaks against relying on the references, in words."""

from collections.abc import Sequence

from modelkin.decision.conformal import families_needed
from modelkin.pipeline.null import NullFindings, Reference
from modelkin.records import Decision, Skipped, Suspicion, Swap

_USUAL_ALPHAS = (0.05, 0.01)
_MANY = 3.0
_LEAST_ACCUSED = 2


def leave_out(
    references: Sequence[Reference], names: Sequence[str]
) -> tuple[list[Reference], list[Skipped]]:
    """Take away the references that the user wants left out."""
    kept = [one for one in references if one.responses.model not in names]
    gone = [one.responses.model for one in references if one.responses.model in names]
    why = "left out on the user's word (--leave-out)"
    return kept, [Skipped(subject=f"reference {name}", reason=why) for name in gone]


def none_served(findings: NullFindings, alpha: float) -> str:
    """Why there is no null although references were given."""
    left = [(one.subject, one.reason) for one in findings.skipped]
    left += [(one.subject, one.reason) for one in findings.failed]
    return (
        f"none of {len(left)} references could serve ({left[0][0]}: {left[0][1]}); alpha "
        f"{alpha:g} needs {families_needed(alpha)} independent honest models that answer the same "
        "question"
    )


def doubts(
    decision: Decision,
    suspicions: Sequence[Suspicion],
    swap: Swap | None,
    *,
    left_out: Sequence[Skipped],
    p_with_all: float | None,
) -> tuple[str, ...]:
    """Warnings on the references.

    Args:
        decision: on the pair.
        suspicions: references that stand out.
        swap: the references in the source's chair, where that was possible.
        left_out: references left out on the user's word.
        p_with_all: the p-value with those, where some were.
    """
    return (
        *(_suspicious(one) for one in suspicions),
        *_left_out(decision, left_out, p_with_all),
        *_accusing(swap),
        *_too_few(decision),
    )


def _suspicious(one: Suspicion) -> str:
    near = "the source" if one.other is None else f"'{one.other}' (said to be of another family)"
    # a reference related to the source hides a copy; two related ones lower the floor wrongly
    harm = (
        "if it is related to the source, it can hide a copy"
        if one.other is None
        else "if they are related, they count as one family, and the p-value is too small"
    )
    return (
        f"reference '{one.reference}' is far nearer to {near} than the rest "
        f"({one.similarity:.3f}, the next {one.next_similarity:.3f}; {one.deviations:.0f} robust "
        f"deviations out); {harm}. Look at where it comes from, then state its family or pass "
        f"--leave-out {one.reference}"
    )


def _left_out(
    decision: Decision, left_out: Sequence[Skipped], p_with_all: float | None
) -> tuple[str, ...]:
    if not left_out:
        return ()
    names = ", ".join(one.subject.removeprefix("reference ") for one in left_out)
    without = "no p-value" if decision.p_value is None else f"p = {decision.p_value:.3g}"
    with_all = "no p-value" if p_with_all is None else f"p = {p_with_all:.3g}"
    warning = (
        f"references left out on the user's word: {names}; without them {without}, with them "
        f"{with_all}. Whoever chooses them after seeing a result has no longer the alpha asked for"
    )
    return (warning,)


def _accusing(swap: Swap | None) -> tuple[str, ...]:
    if swap is None or swap.accused < _LEAST_ACCUSED or swap.share <= _MANY * swap.level:
        return ()
    warning = (
        f"with a reference in the source's chair, this suspect would be called related to "
        f"{swap.accused} of {len(swap.chairs)} references too (at {swap.level:.3g}): it resembles "
        "honest models more than they resemble each other, so the p-value says little about "
        "this source"
    )
    return (warning,)


def _too_few(decision: Decision) -> tuple[str, ...]:
    null = decision.null
    families = len(null.family_scores) if null else 0
    alphas = sorted({decision.alpha, *_USUAL_ALPHAS}, reverse=True)
    wanting = [alpha for alpha in alphas if alpha <= decision.alpha]
    if null is None or families >= families_needed(decision.alpha):
        return ()
    buys = ", ".join(
        f"{families_needed(alpha) - families} more for alpha {alpha:g}" for alpha in wanting
    )
    warning = (
        f"{families} independent {'family supports' if families == 1 else 'families support'} no "
        f"p-value under {null.floor:.3g}; needed: {buys}"
    )
    return (warning,)

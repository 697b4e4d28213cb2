"""What a reader must know before relying on a judgement."""

from collections.abc import Sequence
from dataclasses import replace

from modelkin.answers.alignment import Alignment
from modelkin.pipeline.null import Reference
from modelkin.pipeline.rating import LEAST_ROWS
from modelkin.protocols import Method
from modelkin.records import Decision, NullKind, PartCoverage, Precision, Verdict


def parts_to_drop(*sides: tuple[str, tuple[PartCoverage, ...]]) -> dict[str, str]:
    """Parts on which a model hardly answers, with the reason."""
    reasons: dict[str, str] = {}
    for model, coverage in sides:
        for entry in coverage:
            if entry.saturated and entry.part not in reasons:
                share = max(entry.constant, entry.one_hot)
                what = "constant" if entry.constant >= entry.one_hot else "empty one-hot"
                reasons[entry.part] = f"{share:.0%} of '{model}' answers are {what}"
    return reasons


def cannot_tell(
    decision: Decision,
    coverage: tuple[tuple[PartCoverage, ...], tuple[PartCoverage, ...]],
    models: tuple[str, str],
) -> Decision:
    """Withdraw a verdict, because the answers hold nothing to compare."""
    mute = [
        model
        for model, parts in zip(models, coverage, strict=True)
        if sum(entry.n for entry in parts if not entry.saturated) < LEAST_ROWS
    ]
    who = " and ".join(f"'{model}'" for model in mute) or "the two models together"
    return replace(
        decision,
        verdict=Verdict.INCONCLUSIVE,
        relation=None,
        p_value=None,
        reason=f"cannot tell: {who} hardly answer to these queries (constant or empty one-hot); "
        "ask another pool, such as a folder of fitting images",
    )


def stopping_warnings(
    precision: Precision | None, wanted: float | None, decision: Decision
) -> tuple[str, ...]:
    """What became of the wish to stop at a width, and what that does to a p-value."""
    if wanted is None:
        return ()
    if precision is None:
        warning = (
            f"the asking could not stop at a width of {wanted:g}: no method that ran measures a "
            "distance with bounded terms, such as total_variation or label_agreement"
        )
        return (warning,)
    warnings = []
    if not precision.reached:
        warnings.append(
            f"the interval of the distance is {precision.width:.3g} wide and not {wanted:g}: the "
            "budget was spent first; more --queries would narrow it"
        )
    if decision.p_value is not None:
        warnings.append(
            "source and suspect alone settled how many queries were asked, which the p-value "
            "takes for settled beforehand"
        )
    return tuple(warnings)


def portion_warning(method: Method, used: int, asked: int) -> tuple[str, ...]:
    """Most of the budget went to queries that the deciding method does not read."""
    if 2 * used >= asked or not method.pools:
        return ()
    pools = " or ".join(method.pools.values())
    warning = (
        f"{method.name} decided on {used} of the {asked} queries, those it reads; with "
        f"--pool {pools} it reads all of them"
    )
    return (warning,)


def warnings_for(
    decision: Decision,
    alignment: Alignment,
    references: Sequence[Reference],
    stated_null: NullKind | None,
) -> tuple[str, ...]:
    """Say what was assumed, and what the null does not cover."""
    warnings = []
    if alignment.label_sets == "permuted":
        warnings.append(f"class order differs: {alignment.note}")
    if alignment.label_sets == "different":
        warnings.append(f"label sets differ ({alignment.note}): output geometry was compared")
    stated = stated_null is not None or all(reference.null is not None for reference in references)
    if decision.null is not None and not stated:
        warnings.append(
            "not all references record which null they stand for, so the weakest (N1) is "
            "assumed; pass --null when you know better"
        )
    if decision.null is not None and decision.null.kind is not NullKind.N3:
        warnings.append(
            "honest models trained on the source's own data may be more similar to it than "
            f"these references ({decision.null.kind}: {decision.null.kind.meaning})"
        )
    return tuple(warnings)

"""From p-values of many comparisons to a verdict on each."""

from dataclasses import replace

from modelkin.apps.scan_report import Kin
from modelkin.records import Relation, Verdict
from modelkin.report.formatting import brief, counted


def conclude(kin: Kin, same: str | None, alpha: float) -> Kin:
    """Say what a comparison shows, by behaviour alone.

    Few families cannot accuse. They can clear: where more of them are as near as the smallest
    sufficient null would allow, no further family could turn that null's verdict.

    Args:
        kin: the comparison, with its p-value alone and over all comparisons.
        same: in what sense all answers coincide, or None.
        alpha: the error rate.
    """
    if same is not None:
        reason = f"all answers coincide {same}"
        return replace(kin, verdict=Verdict.RELATED, relation=Relation.IDENTICAL, reason=reason)
    if kin.p_value is None or kin.p_adjusted is None or kin.floor is None:
        reason = "without honest models in a zoo it is unknown how alike strangers are"
        if kin.needed is not None:
            reason += (
                f"; {counted(kin.needed, 'independent family', 'independent families')} would do"
            )
        return replace(kin, verdict=Verdict.INCONCLUSIVE, reason=reason)
    shown = f"p = {kin.p_value:.3g}, {kin.p_adjusted:.3g} {kin.shared}".rstrip()
    if kin.p_adjusted <= alpha:
        return replace(kin, verdict=Verdict.RELATED, reason=shown)
    closer = round((kin.p_value - kin.floor) * (kin.families + 1))
    if kin.p_value > alpha and (alpha >= kin.floor or closer):
        near = f"; as near: family '{brief(kin.rival)}'" if kin.rival else ""
        return replace(kin, verdict=Verdict.NO_EVIDENCE, reason=f"{shown}{near}")
    return replace(kin, verdict=Verdict.INCONCLUSIVE, reason=f"{shown}{_why_open(kin, alpha)}")


def _why_open(kin: Kin, alpha: float) -> str:
    """Whether more families could have settled it, or the other models kept it open."""
    if kin.needed is None or kin.families >= kin.needed:
        return ": alone it would count"
    return (
        f"; {_families(kin.families)} cannot support alpha {alpha:g} here: {kin.needed} are "
        f"needed, {kin.needed - kin.families} more"
    )


def _families(count: int) -> str:
    return counted(count, "independent family", "independent families")

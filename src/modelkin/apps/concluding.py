"""From p-values of many comparisons to a verdict on each."""

import math
from dataclasses import replace

from modelkin.apps.scan_report import Kin
from modelkin.records import Relation, Verdict
from modelkin.report.formatting import counted


def conclude(kin: Kin, same: str | None, alpha: float) -> Kin:
    """Say what a comparison shows, by behaviour alone.

    Args:
        kin: the comparison, with its p-value before and after Holm.
        same: in what sense all answers coincide, or None.
        alpha: bound on false accusations over all ``kin.tests``.
    """
    if same is not None:
        reason = f"all answers coincide {same}"
        return replace(kin, verdict=Verdict.RELATED, relation=Relation.IDENTICAL, reason=reason)
    if kin.p_value is None or kin.p_adjusted is None or kin.floor is None:
        reason = "without a zoo of honest models it is unknown how alike strangers are"
        return replace(kin, verdict=Verdict.INCONCLUSIVE, reason=reason)
    shown = f"p = {kin.p_value:.3g}, {kin.p_adjusted:.3g} after Holm over {_tests(kin.tests)}"
    if kin.p_adjusted <= alpha:
        return replace(kin, verdict=Verdict.RELATED, reason=shown)
    if kin.p_value > alpha >= kin.floor:
        return replace(kin, verdict=Verdict.NO_EVIDENCE, reason=shown)
    return replace(
        kin, verdict=Verdict.INCONCLUSIVE, reason=f"{shown}{_why_open(kin, kin.floor, alpha)}"
    )


def _why_open(kin: Kin, floor: float, alpha: float) -> str:
    """Whether more families could have settled it, or the shared alpha kept it open."""
    if floor * kin.tests <= alpha:
        return ": alone it would count"
    ranks = round(floor * (kin.families + 1))
    needed = math.ceil(round(max(ranks, 1) * kin.tests / alpha, 9)) - 1
    return (
        f"; {_families(kin.families)} cannot support alpha {alpha:g} over {_tests(kin.tests)}: "
        f"{needed} are needed"
    )


def _tests(count: int) -> str:
    return counted(count, "comparison")


def _families(count: int) -> str:
    return counted(count, "independent family", "independent families")

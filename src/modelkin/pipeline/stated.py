"""What an evidence file vouches for."""

from typing import Any

from modelkin.pipeline.judging import Judgement
from modelkin.records import Decision, Selection


def stated_result(judgement: Judgement) -> dict[str, Any]:
    """The part of a judgement that an evidence file vouches for, rounded to 9 digits."""
    decision: Decision = judgement.decision
    scores = decision.null.scores if decision.null else ()
    stated: dict[str, Any] = {
        "verdict": decision.verdict,
        "relation": decision.relation,
        "p_value": _rounded(decision.p_value),
        "similarities": {s.method: _rounded(s.value) for s in judgement.similarities},
        "null": {score.reference: _rounded(score.value) for score in scores},
        "null_kind": decision.null.kind if decision.null else None,
    }
    if decision.score is not None:
        stated["score"] = _rounded(decision.score)
    precision = judgement.precision
    if precision is not None:
        ends = (precision.value, precision.low, precision.high)
        stated["precision"] = [_rounded(number) for number in ends]
    if judgement.swap is not None:
        stated["swap"] = {
            chair.reference: [_rounded(chair.p_value), _rounded(chair.suspect_similarity)]
            for chair in judgement.swap.chairs
        }
    if judgement.selection is not None:
        stated["selection"] = _stated_selection(judgement.selection)
    if judgement.anytime is not None:
        anytime = judgement.anytime
        stated["anytime"] = [_rounded(anytime.e_value), _rounded(anytime.bound), anytime.draws]
    if judgement.suspicions:
        stated["suspicions"] = [[one.reference, one.other] for one in judgement.suspicions]
    return stated


def _stated_selection(selection: Selection) -> dict[str, Any]:
    return {
        "chosen": selection.chosen.tolist(),
        "selecting": list(selection.selecting),
        "judging": list(selection.judging),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")

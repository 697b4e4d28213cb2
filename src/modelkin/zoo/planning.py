"""Which models of a zoo are compared with which, and by which method."""

from collections.abc import Sequence
from dataclasses import dataclass

from modelkin.errors import UsageError
from modelkin.pipeline.choosing import make_method
from modelkin.protocols import Method
from modelkin.records import Access
from modelkin.registry import names
from modelkin.report.formatting import counted, listed
from modelkin.zoo.label_sets import LabelSet, label_sets, shows_scores
from modelkin.zoo.member import Member

DEFAULT = "log_correlation"
_ACROSS = "whitened_cka"
_GRADED = "graded-noise-"
_LABELS = "label_agreement"
ON_GRADED = "graded_cka"
_LEAST = 2


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One matrix to compute.

    Attributes:
        method: what rates the pairs.
        models: who is in it, with their classes in one order where the method needs that.
        why: one sentence on who is in it and why by this method.
    """

    method: Method
    models: LabelSet
    why: str


def plan(members: Sequence[Member], wanted: str | None, *, pool: str = "") -> tuple[Plan, ...]:
    """Plan the matrices of one group.

    Where label sets differ, a method that needs equal ones gets a matrix for each set, and
    whitened CKA, which needs none, one over all. Models that show less than the method needs
    are compared by their labels.

    Args:
        members: models of one group.
        wanted: name of the method; None is ``log_correlation``, or ``label_agreement`` where
            nothing shows scores.
        pool: what they were asked; graded noise has a method of its own for other label sets.

    Raises:
        UnknownNameError: there is no such method.
        UsageError: the method asks queries of its own.
    """
    scores = [one for one in members if shows_scores(one)]
    method = usable_method(wanted or (DEFAULT if scores or not members else _LABELS))
    able = [one for one in members if _misfit(method, one) is None]
    rest = [one for one in members if _misfit(method, one) is not None]
    plans: list[Plan] = []
    if method.fingerprint.aligned:
        sets = label_sets(able)
        plans += [_same(method, one, len(sets)) for one in sets if len(one.members) >= _LEAST]
    else:
        sets = ()
        if len(able) >= _LEAST:
            why = f"{method.name} compares models whatever their classes."
            plans.append(Plan(method=method, models=_all(able), why=why))
    if rest and method.name != _LABELS:
        plans += _by_labels(method, members, rest)
    vectors = [one for one in rest if one in scores]
    if (len(sets) > 1 or vectors) and len(scores) >= _LEAST:
        plans.append(_across(method, scores, label_sets(scores), pool))
    return tuple(plans)


def is_graded(pool: str) -> bool:
    """Whether a pool is graded noise, which has a method of its own."""
    return pool.startswith(_GRADED)


def usable_method(name: str) -> Method:
    """A method that rates answers to a pool.

    Raises:
        UnknownNameError: there is no such method.
        UsageError: it asks queries crafted for one source.
    """
    method = make_method(name)
    if method.crafter is not None:
        usable = [one for one in names("method") if make_method(one).crafter is None]
        raise UsageError(
            f"method '{method.name}' asks queries crafted for one source, and the models of a zoo "
            "were all asked one pool",
            hint=f"use one of {', '.join(usable)}",
        )
    return method


def _misfit(method: Method, member: Member) -> str | None:
    needs = method.fingerprint.needs
    if needs is Access.SCORES and not shows_scores(member):
        return "shows no scores"
    if not member.access.covers(needs):
        return f"shows only {member.access}"
    if method.fingerprint.name == "predicted_labels" and not member.kind.classifies:
        return "does not classify"
    return None


def _same(method: Method, models: LabelSet, sets: int) -> Plan:
    if sets == 1:
        why = f"All answer with {models.title}, so {method.name} can compare them."
    else:
        why = f"These answer with {models.title}; {method.name} needs equal label sets."
    return Plan(method=method, models=models, why=why)


def _across(method: Method, members: Sequence[Member], sets: Sequence[LabelSet], pool: str) -> Plan:
    across = ON_GRADED if is_graded(pool) else _ACROSS
    titles = listed((one.title for one in sets), most=4)
    why = (
        f"The label sets differ ({titles}), so {method.name} cannot compare all of these; "
        f"{across} can: it compares how the models arrange the queries, whatever their classes."
    )
    return Plan(method=make_method(across), models=_all(members), why=why)


def _by_labels(method: Method, members: Sequence[Member], rest: Sequence[Member]) -> list[Plan]:
    plans = []
    weak = {one.name for one in rest if one.kind.classifies}
    for models in label_sets([one for one in members if one.kind.classifies]):
        found = [one for one in models.members if one.name in weak]
        if found and len(models.members) >= _LEAST:
            why = (
                f"{counted(len(found), 'model')} here {'shows' if len(found) == 1 else 'show'} "
                f"less than {method.name} needs; {_LABELS} compares the predicted classes of all "
                f"with {models.title}."
            )
            plans.append(Plan(method=make_method(_LABELS), models=models, why=why))
    return plans


def _all(members: Sequence[Member]) -> LabelSet:
    return LabelSet("any classes", tuple(members))

"""Do two models that name their classes mean the same by one number?"""

from modelkin.errors import IncompatibleError
from modelkin.models.opened import OpenedModel
from modelkin.records import Access, Responses


def label_map_notes(
    source: OpenedModel, other: OpenedModel, answers: Responses, *, shown: Access | None
) -> tuple[str, ...]:
    """Compare the names of classes where both sides state them.

    Args:
        source: the source.
        other: the suspect or a reference, after it was asked.
        answers: its answers.
        shown: how much of them is seen; None is all.

    Returns:
        A warning where the names differ and the answers tell which class is which.

    Raises:
        IncompatibleError: the names differ and only labels are seen, so that equal numbers would
            be taken for equal classes.
    """
    mine, theirs = source.signature.labels, other.signature.labels
    if not mine or not theirs or mine == theirs:
        return ()
    place = next(
        (i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b),
        min(len(mine), len(theirs)),
    )
    what = (
        f"the label maps of '{source.name}' ({len(mine)} names) and '{other.name}' "
        f"({len(theirs)}) do not match: class {place} is {_named(mine, place)} in the one and "
        f"{_named(theirs, place)} in the other"
    )
    if Access.LABEL in {answers.access, shown}:
        raise IncompatibleError(
            what,
            hint="with labels only, equal numbers must mean equal classes: state the same names in "
            "the same order on both sides ('labels' in an adapter file, 'classes' in an npz)",
        )
    return (f"{what}; classes were matched by the answers, not by their names",)


def _named(names: tuple[str, ...], place: int) -> str:
    return f"'{names[place]}'" if place < len(names) else "not there"

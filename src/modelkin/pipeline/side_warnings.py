"""What a reader must know of how source and suspect were asked."""

from collections.abc import Sequence

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.cards import classes_seen
from modelkin.records import Collected, Origin, Responses

_SETTLED_MARGIN = 1.0
_MANY_CLASSES = 10


def side_warnings(sides: Sequence[OpenedModel], answers: Sequence[Collected]) -> tuple[str, ...]:
    """Few classes reached, ranges that were guessed, answers that were lost or hold nothing.

    Args:
        sides: source and suspect.
        answers: what they answered, in that order.
    """
    warnings = []
    for side, found in zip(sides, answers, strict=True):
        warnings += _poor_coverage(side.name, found.responses)
        margin = side.fed.margin
        if margin is not None and margin < _SETTLED_MARGIN:
            warnings.append(
                f"the value range of '{side.name}' was guessed as {side.fed.convention} with a "
                f"small margin ({margin:.2f}); state it in an override file if you know it"
            )
        if found.lost:
            warnings.append(
                f"{found.lost} queries to '{side.name}' were spent by retries or an interrupted "
                "run and are not asked again"
            )
        if found.unusable:
            warnings.append(
                f"{found.unusable} answers of '{side.name}' hold NaN, infinity or nothing and "
                "are left out"
            )
    return (*warnings, *_range_warning(sides))


def _poor_coverage(name: str, responses: Responses) -> list[str]:
    """Few classes reached: the comparison says little about the others."""
    width = int(responses.values.shape[1])
    seen = classes_seen(responses)
    if width == 1 or not seen or seen >= min(width, _MANY_CLASSES) / 2:
        return []
    warning = (
        f"'{name}' predicted only {seen} of its {width} classes on this pool; a folder of fitting "
        "images (--pool DIR) would reach more"
    )
    return [warning]


def _range_warning(sides: Sequence[OpenedModel]) -> tuple[str, ...]:
    """Two ranges, one of them inferred: kin on one backbone look less alike than they are."""
    source, suspect = (side.fed for side in sides)
    inferred = Origin.INFERRED in {source.origin, suspect.origin}
    if not inferred or source.convention == suspect.convention:
        return ()
    warning = (
        f"the source is fed {source.convention} ({source.origin}) and the suspect "
        f"{suspect.convention} ({suspect.origin}); if they may share a backbone, compare again "
        "with one range for both (--source-override or --suspect-override)"
    )
    return (warning,)

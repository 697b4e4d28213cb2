"""What references can stand for at most, and what to tell about it."""

from collections.abc import Sequence

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.null import Reference
from modelkin.records import NullKind


def cap_of(opened: OpenedModel) -> NullKind | None:
    """The strongest null that a model's sidecar lets it stand for; None where it sets no limit."""
    recorded = opened.sidecar.derivation.get("null_cap")
    return NullKind(recorded) if recorded in tuple(NullKind) else None


def capped(stated: NullKind | None, references: Sequence[Reference]) -> NullKind | None:
    """What was stated, but no more than the weakest limit among the references."""
    caps = [one.cap for one in references if one.cap is not None]
    return min([stated, *caps]) if stated is not None else None


def cap_warnings(stated: NullKind | None, references: Sequence[Reference]) -> tuple[str, ...]:
    """Say what references of 'modelkin references' cannot show."""
    limited = [one for one in references if one.cap is not None]
    if not limited:
        return ()
    cap = min(one.cap for one in limited if one.cap is not None)
    first = (
        f"{len(limited)} of {len(references)} references were trained by 'modelkin references' and "
        f"can stand for {cap} at most ({cap.meaning}): against such references many honest models "
        "trained on data like the source's come out as related, so a verdict does not tell a copy "
        "from them (docs/references.md)"
    )
    warnings = [first]
    if stated is not None and stated > cap:
        warnings.append(f"--null {stated} was not believed: {cap} is what they can stand for")
    return tuple(warnings)
